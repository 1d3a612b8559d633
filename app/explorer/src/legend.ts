/** The legend, which is the filter: each line has its count and switches its sort off and on. */

import { count, fill, h, words } from "./dom";
import { GROUPS, type Census, type Group } from "./filter";

const TITLES: Record<Group, string> = {
  tie: "Ties", kind: "Actors", type: "Types of act", relation: "Relations", status: "Status",
}; // prettier-ignore
const OPEN: readonly Group[] = ["tie", "kind"];
const MEANING: Record<string, string> = {
  ally: "solid line", partner: "solid line", mixed: "solid line", rival: "dotted, with bars at the ends",
  adversary: "dotted, with bars at the ends", formal: "hollow band: a commitment in force",
}; // prettier-ignore

export function legend(place: HTMLElement, found: Census, off: readonly string[], toggle: (item: string) => void): void {
  const opened = new Set(
    [...place.querySelectorAll("details[open]")].map((element) => element.getAttribute("data-group")),
  );
  const focused = document.activeElement?.getAttribute("data-item");
  const first = place.childElementCount === 0;
  const parts = GROUPS.filter((group) => found[group].size > 0 || off.some((item) => item.startsWith(`${group}:`))).map((group) => {
    const names = new Set([...found[group].keys(), ...off.filter((item) => item.startsWith(`${group}:`)).map((item) => item.slice(group.length + 1))]);
    const items = [...names].map((name) => {
      const item = `${group}:${name}`;
      const box = h("input", { type: "checkbox", "data-item": item, checked: !off.includes(item), onchange: () => toggle(item) });
      return h(
        "li",
        {},
        h(
          "label",
          { title: MEANING[name] ?? null },
          box,
          group === "tie" ? h("span", { class: `stroke ${name}`, "aria-hidden": "true" }) : null,
          group === "kind" ? h("span", { class: `dot kind-${name}`, "aria-hidden": "true" }) : null,
          h("span", {}, words(group === "type" ? name.toLowerCase() : name)),
          h("span", { class: "quiet" }, count(found[group].get(name) ?? 0)),
        ),
      );
    });
    return h(
      "details",
      { "data-group": group, open: first ? isRoomy() && OPEN.includes(group) : opened.has(group) },
      h("summary", {}, TITLES[group]),
      h("ul", {}, ...items),
    );
  });
  fill(
    place,
    ...parts,
    h("p", { class: "quiet note" }, "Width: number of events. Dashed: only planned. Acts are counted in the latest 12 events of a tie."),
  );
  if (focused) [...place.querySelectorAll("input")].find((box) => box.getAttribute("data-item") === focused)?.focus();
}

/** On a small screen the legend is closed until it is asked for. */
function isRoomy(): boolean {
  return matchMedia("(min-width: 60rem)").matches;
}
