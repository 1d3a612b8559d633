/** Hand an article over, and tell what becomes of it. */

import { get, post } from "./api";
import { fill, plural } from "./dom";
import { ingest } from "./openapi";
import { failed } from "./states";

interface Progress {
  state: string;
  reason: string | null;
  events: number | null;
}

const PAUSE_MS = 1500;
const TRIES = 60;
const WORDS: Record<string, string> = {
  received: "It waits for a worker.",
  claimed: "It is being read.",
  failed: "It could not be read, and will be tried again.",
  dead: "It could not be read.",
};

/** `given` has the fields of the page; only those that the server knows are sent. */
export async function handOver(given: Record<string, string>, outcome: HTMLElement): Promise<void> {
  fill(outcome, "Handing it over …");
  try {
    const fields = (await ingest())?.fields ?? [];
    const known = Object.entries(given).filter(([name, value]) => value.trim() && fields.includes(name));
    const answer = await post("/v1/articles", Object.fromEntries(known));
    const place = answer.headers.get("location") ?? "";
    fill(outcome, "Taken.");
    if (place.startsWith("/")) await follow(place, outcome);
  } catch (error) {
    fill(outcome, failed(error));
  }
}

/** Ask again until it is done, given up, or nobody looks any more. */
async function follow(place: string, outcome: HTMLElement): Promise<void> {
  for (let n = 0; n < TRIES && outcome.isConnected; n += 1) {
    const { state, reason, events } = await get<Progress>(place);
    if (state === "done") return fill(outcome, `Stored, with ${plural(events ?? 0, "event")}.`);
    fill(outcome, `${WORDS[state] ?? state}${reason ? ` ${reason}` : ""}`);
    if (state === "dead") return;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}
