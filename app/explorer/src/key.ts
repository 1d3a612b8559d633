/** Asks for an API key. It stays in this tab's session and goes nowhere but to this server. */

import { button, h } from "./dom";

export function keyDialog(why: string): Promise<string | null> {
  return new Promise((done) => {
    const input = h("input", { type: "password", autocomplete: "off", required: true, "aria-label": "API key" });
    const dialog = h("dialog", { "aria-label": "API key" });
    const end = (key: string | null): void => {
      dialog.close();
      dialog.remove();
      done(key);
    };
    const form = h(
      "form",
      { onsubmit: (event: Event) => {
        event.preventDefault();
        if (input.value.trim()) end(input.value.trim());
      } }, // prettier-ignore
      h("h2", {}, "An API key, please"),
      h("p", {}, why),
      h("p", { class: "quiet" }, "It is kept until this tab is closed."),
      input,
      h("div", { class: "row" }, h("button", { type: "submit", class: "main" }, "Go on"), button("Not now", () => end(null))),
    );
    dialog.append(form);
    dialog.addEventListener("cancel", () => end(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
