/** A box to find an actor in: a combobox as the ARIA practices describe it, over names and aliases. */

import { get } from "./api";
import { bdi, fill, h, shortened, words } from "./dom";
import { messageOf } from "./states";
import type { Hit } from "./types";

const PAUSE_MS = 120;
const SHOWN = 12;
let made = 0;

export interface Finder {
  element: HTMLElement;
  input: HTMLInputElement;
  /** Put a name into the box without asking for it. */
  set(name: string): void;
}

export function finder(label: string, choose: (actor: Hit) => void, hint = ""): Finder {
  const id = `find-${++made}`;
  const list = h("ul", { class: "hits", role: "listbox", id: `${id}-list`, "aria-label": label, hidden: true });
  const note = h("p", { class: "hits-note", role: "status" });
  const input = h("input", {
    type: "search", id, role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: hint,
    "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": `${id}-list`, maxlength: 200,
  }); // prettier-ignore
  const element = h("div", { class: "find" }, input, h("div", { class: "hits-box" }, list, note));
  let hits: Hit[] = [];
  let at = -1;
  let timer = 0;
  let control = new AbortController();

  function close(): void {
    clearTimeout(timer);
    control.abort();
    list.hidden = true;
    note.textContent = "";
    hits = [];
    mark(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function mark(place: number): void {
    at = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
    const current = list.children[at];
    if (current) {
      input.setAttribute("aria-activedescendant", current.id);
      current.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function take(hit: Hit): void {
    input.value = hit.name.slice(0, 200);
    close();
    choose(hit);
  }

  function show(): void {
    const items = hits.map((hit, n) =>
      h(
        "li",
        { role: "option", id: `${id}-${n}`, "aria-selected": "false", onpointerdown: (event: Event) => {
          event.preventDefault();
          take(hit);
        } }, // prettier-ignore
        h("span", { class: `dot kind-${hit.kind}`, "aria-hidden": "true" }),
        bdi(shortened(hit.name, 80)),
        h("span", { class: "quiet" }, hit.because && hit.because !== hit.name ? shortened(hit.because, 60) : words(hit.kind)),
      ),
    );
    fill(list, ...items);
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    mark(hits.length > 0 ? 0 : -1);
  }

  async function ask(): Promise<void> {
    control.abort();
    const text = input.value.trim();
    if (!text) return close();
    control = new AbortController();
    const { signal } = control;
    const slow = setTimeout(() => (note.textContent = "Searching …"), 400);
    try {
      const found = await get<{ items: Hit[] }>("/v1/actors", { q: text, limit: SHOWN }, signal);
      if (signal.aborted) return;
      hits = found.items;
      show();
      note.textContent = hits.length > 0 ? "" : `No actor is called “${shortened(text, 60)}”.`;
    } catch (error) {
      if (signal.aborted) return;
      hits = [];
      show();
      const { title, detail } = messageOf(error);
      note.textContent = `${title}: ${detail}`;
    } finally {
      clearTimeout(slow);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (hits.length > 0 || note.textContent) event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hits.length === 0) void ask();
      else mark((at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const hit = hits[at];
      if (hit) take(hit);
      else {
        clearTimeout(timer);
        void ask();
      }
    }
  });
  input.addEventListener("blur", close);
  return {
    element,
    input,
    set: (name) => {
      input.value = name.slice(0, 200);
      close();
    },
  };
}
