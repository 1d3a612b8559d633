/** How a part says that it waits, found nothing, or failed: the same everywhere. */

import { Trouble } from "./api";
import { button, fill, h, type Child } from "./dom";

const SLOW_MS = 2000;

export function messageOf(error: unknown): { title: string; detail: string; id: string } {
  if (error instanceof Trouble) return { title: error.title, detail: error.message, id: error.requestId };
  return { title: "The page has a fault", detail: error instanceof Error ? error.message : String(error), id: "" };
}

/** Show that a part waits, and after a while for how long. The function returned ends it. */
export function waiting(place: Element, what: string): () => void {
  const note = h("p", { class: "waiting", role: "status" }, `${what} …`);
  fill(place, note);
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    note.textContent = `${what} … the server is slow (${seconds} s)`;
  }, SLOW_MS);
  return () => {
    clearInterval(timer);
    note.remove();
  };
}

export function failed(error: unknown, again?: () => void): HTMLElement {
  const { title, detail, id } = messageOf(error);
  return h(
    "div",
    { class: "failed", role: "alert" },
    h("strong", {}, title),
    h("p", {}, detail),
    id ? h("p", { class: "quiet" }, `Request ${id}`) : null,
    again ? button("Try again", again) : null,
  );
}

export function nothing(...what: Child[]): HTMLElement {
  return h("p", { class: "nothing", role: "status" }, ...what);
}

/** Fill a part with what a question brings: waiting, then the answer, or what went wrong. An
 * answer that comes after the part was asked for something else is dropped. */
export async function filling<T>(
  place: HTMLElement,
  what: string,
  ask: (signal: AbortSignal) => Promise<T>,
  show: (found: T) => Child[],
): Promise<void> {
  asked.get(place)?.abort();
  const control = new AbortController();
  asked.set(place, control);
  const done = waiting(place, what);
  place.setAttribute("aria-busy", "true");
  try {
    const found = await ask(control.signal);
    if (!control.signal.aborted) fill(place, ...show(found));
  } catch (error) {
    if (control.signal.aborted) return;
    fill(place, failed(error, () => void filling(place, what, ask, show)));
  } finally {
    done();
    if (!control.signal.aborted) place.removeAttribute("aria-busy");
  }
}

const asked = new WeakMap<HTMLElement, AbortController>();
