/** The menu that saves what is on screen. */

import { button, h } from "./dom";
import { asCsv, asGraphml, asJson } from "./files";
import type { Shown } from "./filter";

/** `picture` is null where there is no canvas, `name` goes into the names of files. */
export function exportMenu(what: () => Shown, picture: () => Blob | null, name: () => string): HTMLElement {
  const save = (ending: string, made: Blob | null): void => {
    menu.open = false;
    if (!made) return;
    const url = URL.createObjectURL(made);
    h("a", { href: url, download: `westphalia-${name()}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const text = (ending: string, type: string, make: (shown: Shown) => string): HTMLElement =>
    button(ending.toUpperCase(), () => save(ending, new Blob([make(what())], { type })));
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", {}, "Export"),
    h(
      "div",
      {},
      button("PNG", () => save("png", picture())),
      text("graphml", "application/xml", asGraphml),
      text("json", "application/json", asJson),
      text("csv", "text/csv", asCsv),
    ),
  );
  return menu;
}
