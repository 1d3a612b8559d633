/** What is looked at, and how it stands in the address. Pure: a view and its address are the same. */

import type { Tone } from "./types";

export type Mode = "ties" | "paths" | "blocs" | "read";

export interface View {
  mode: Mode;
  /** The actor in the middle; "" is the start page. */
  actor: string;
  /** Actors whose partners are shown as well. */
  open: string[];
  hide: string[];
  pin: string[];
  /** What the legend switches off, as `kind:person`. */
  off: string[];
  asOf: string;
  compare: string;
  /** An actor's id, or the two of a tie with `~` between, whose panel is open. */
  pick: string;
  table: boolean;
  from: string;
  to: string;
  tone: Tone;
}

export const START: Readonly<View> = {
  mode: "ties",
  actor: "",
  open: [],
  hide: [],
  pin: [],
  off: [],
  asOf: "",
  compare: "",
  pick: "",
  table: false,
  from: "",
  to: "",
  tone: "friendly",
};

export const MODES: readonly Mode[] = ["ties", "paths", "blocs", "read"];
const TONES: readonly string[] = ["friendly", "hostile", "any"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LISTS = ["open", "hide", "pin", "off"] as const;
const MOST = 200;

export function fromAddress(query: string): View {
  const given = new URLSearchParams(query);
  const text = (name: string): string => (given.get(name) ?? "").slice(0, 400);
  const day = (name: string): string => (DAY.test(text(name)) ? text(name) : "");
  const mode = given.get("view") ?? "ties";
  const tone = given.get("tone") ?? "friendly";
  const view: View = {
    ...START,
    mode: MODES.find((known) => known === mode) ?? "ties",
    actor: text("actor"),
    asOf: day("as_of"),
    compare: day("compare"),
    pick: text("pick"),
    table: given.get("table") === "1",
    from: text("from"),
    to: text("to"),
    tone: TONES.includes(tone) ? (tone as Tone) : "friendly",
  };
  for (const name of LISTS) {
    const items = (given.get(name) ?? "").split(",").filter(Boolean);
    view[name] = [...new Set(items)].slice(0, MOST);
  }
  return view;
}

/** The query of the address, "" for the start page. */
export function toAddress(view: View): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value) query.set(name, value);
  };
  put("view", view.mode === "ties" ? "" : view.mode);
  put("actor", view.actor);
  put("from", view.from);
  put("to", view.to);
  put("tone", view.tone === "friendly" ? "" : view.tone);
  for (const name of LISTS) put(name, view[name].join(","));
  put("as_of", view.asOf);
  put("compare", view.compare);
  put("pick", view.pick);
  put("table", view.table ? "1" : "");
  // Commas and the sign between the two ends of a tie may stand as they are.
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%7E", "~").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/** The same list with an item put in, or taken out where it was in. */
export function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

/** Whether two views need the same answers of the API for what they draw. */
export function sameData(one: View, other: View): boolean {
  const part = (view: View): string =>
    JSON.stringify([view.mode, view.actor, view.open, view.asOf, view.compare, view.from, view.to, view.tone]);
  return part(one) === part(other);
}
