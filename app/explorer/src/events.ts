/** Events as people read them: who did what to whom, and the sentence that tells it, marked. */

import { get } from "./api";
import { bdi, h, link, plural, shortened, words, type Child } from "./dom";
import { quoted, type Piece } from "./marks";
import { filling } from "./states";
import type { Actor, AttestedEvent, Event, Evidence, Proof, When } from "./types";

const NAME = 60;

export function marked(found: readonly Piece[]): HTMLElement {
  const inside = found.map(({ text, names }) =>
    names.length > 0 ? h("mark", { class: names.join(" "), title: names.join(", ") }, text) : text,
  );
  return h("blockquote", { dir: "auto" }, ...inside);
}

export function who(actor: Actor | null, via: Actor | null = null): HTMLElement {
  if (!actor) return h("span", {}, "nobody named");
  return h(
    "span",
    {},
    bdi(shortened(actor.name, NAME)),
    via && via.id !== actor.id ? h("span", { class: "quiet" }, " (", bdi(shortened(via.name, NAME)), ")") : null,
  );
}

export function day(date: When | null, reported: string | null): string {
  if (!date) return reported ? `reported ${reported}` : "no day";
  return date.start === date.end ? date.start : `${date.start} to ${date.end}`;
}

export function sure(confidence: number): HTMLElement {
  return h("span", { class: "quiet" }, `confidence ${confidence.toFixed(2)}`);
}

function told(evidence: Evidence): HTMLElement {
  const { article } = evidence;
  const published = article.published_at?.slice(0, 10);
  return h(
    "div",
    { class: "evidence" },
    marked(quoted(evidence)),
    h(
      "p",
      { class: "quiet" },
      evidence.attributed_to ? h("span", {}, "says ", who(evidence.attributed_to), " · ") : null,
      bdi(article.publisher || "publisher unknown"),
      published ? ` · ${published}` : "",
      " · ",
      link(article.url, shortened(article.title || "the article", 120)),
      ` · confidence ${evidence.confidence.toFixed(2)}`,
    ),
  );
}

function head(event: Pick<Event, "source" | "relation" | "target" | "status">, when: string): HTMLElement {
  return h(
    "p",
    { class: "deed" },
    who(event.source, (event as Event).source_via),
    h("strong", {}, ` ${words(event.relation)} `),
    who(event.target, (event as Event).target_via),
    h("span", { class: `status ${event.status}` }, event.status),
    h("span", { class: "quiet" }, when),
  );
}

/** An event with all its sentences; who else tells it and who denies it is asked for when opened. */
export function eventCard(event: Event): HTMLElement {
  const beside = h("div", {});
  const more = h("details", { class: "beside" }, h("summary", {}, "Corroboration and contradiction"), beside);
  more.addEventListener("toggle", () => {
    if (!more.open || beside.childElementCount > 0) return;
    void filling(
      beside,
      "Looking for other reports",
      (signal) => get<AttestedEvent>(`/v1/events/${encodeURIComponent(event.id)}`, {}, signal),
      attested,
    );
  });
  const [best, ...others] = event.evidence;
  return h(
    "li",
    { class: "event" },
    head(event, day(event.event_date, event.reported_on)),
    best ? told(best) : null,
    others.length > 0
      ? h("details", {}, h("summary", {}, plural(others.length, "more sentence")), ...others.map(told))
      : null,
    more,
  );
}

function attested(event: AttestedEvent): Child[] {
  const { corroboration: rests } = event;
  const speakers = rests.speakers.map(({ actor, party }) => `${actor.name}${party ? " (a party to it)" : ""}`);
  return [
    h(
      "p",
      {},
      `Rests on ${plural(rests.sentences, "sentence")} by ${plural(rests.publishers, "publisher")}, ` +
        `${rests.independent_publishers} of them independent.`,
      rests.only_parties ? " Only parties to the act say so." : "",
      speakers.length > 0 ? ` Quoted: ${speakers.join(", ")}.` : "",
    ),
    event.same_event.length > 0 ? h("h4", {}, "Told again") : null,
    ...event.same_event.map((other) => beside(other.quote, day(other.event_date, other.reported_on))),
    event.contradictions.length > 0 ? h("h4", {}, "Contradicted") : h("p", { class: "quiet" }, "Nothing in the store contradicts it."),
    ...event.contradictions.map((other) => beside(other.quote, `${other.why} · ${day(other.event_date, other.reported_on)}`)),
  ];
}

function beside(quote: string, note: string): HTMLElement {
  return h("div", { class: "evidence" }, h("blockquote", { dir: "auto" }, quote), h("p", { class: "quiet" }, note));
}

/** The best sentence of one event, where the API gives no more. */
export function proofCard(proof: Proof): HTMLElement {
  return h(
    "li",
    { class: "event" },
    head(proof, proof.day ?? "no day"),
    h(
      "div",
      { class: "evidence" },
      h("blockquote", { dir: "auto" }, proof.quote),
      h(
        "p",
        { class: "quiet" },
        proof.attributed_to ? h("span", {}, "says ", who(proof.attributed_to), " · ") : null,
        bdi(proof.publisher || "publisher unknown"),
        " · ",
        link(proof.url, shortened(proof.title || "the article", 120)),
        ` · confidence ${proof.confidence.toFixed(2)}`,
      ),
    ),
  );
}
