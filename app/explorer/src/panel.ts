/** Why: what a tie or an actor rests on, sentence by sentence. */

import { get } from "./api";
import { trendChart } from "./chart";
import { bdi, button, count, fill, h, link, plural, shortened, signed, words, type Child } from "./dom";
import { eventCard, proofCard } from "./events";
import { filling } from "./states";
import type { Changes, Commitment, Dossier, Dyad, Event, EventPage, Partner } from "./types";

export interface PanelActions {
  expand(id: string): void;
  centre(id: string): void;
  hide(id: string): void;
  pin(id: string): void;
  pathFrom(id: string): void;
  pick(id: string): void;
  /** Whether an actor stands in the middle, its partners are shown, and it is pinned. */
  isCentre(id: string): boolean;
  isOpen(id: string): boolean;
  isPinned(id: string): boolean;
  neo4j(id: string): Promise<string | null>;
}

const EVENTS = 20;

/** The panel of a tie. It never says more than is stored up to the day. What is known from the graph
 * stands there at once, then come the events, then the trend; resolves with the events. */
export async function tiePanel(
  place: HTMLElement,
  one: string,
  other: string,
  asOf: string,
  nameOf: (id: string) => string,
  known: Partner | undefined,
): Promise<void> {
  const path = `/v1/dyads/${encodeURIComponent(one)}/${encodeURIComponent(other)}`;
  const query = { as_of: asOf || undefined, limit: EVENTS };
  const title = h("h2", { tabindex: "-1" });
  const name = (first: string, second: string): void =>
    fill(title, bdi(shortened(first, 120)), " and ", bdi(shortened(second, 120)));
  const standing = h("div", {}, ...(known ? howTheyStand(known) : []));
  const more = h("div", {});
  const events = h("div", {});
  name(nameOf(one), nameOf(other));
  fill(place, title, standing, more, h("h3", {}, "The events behind it"), events);
  await filling(
    events,
    "Reading the events",
    (signal) => get<EventPage>(`${path}/events`, query, signal),
    (page) => [eventList(page, `${path}/events`, query, "No event between the two is stored.")],
  );
  // After the events, which answer sooner: the store need not work on both at the same time.
  void filling(
    more,
    known ? "Reading the trend" : "Reading how the two stand",
    (signal) => get<Dyad>(path, { bucket: "year", as_of: query.as_of, proofs: 0 }, signal),
    (dyad) => {
      name(dyad.one.name, dyad.other.name);
      if (dyad.summary && !known) fill(standing, ...howTheyStand(dyad.summary));
      performance.measure("trend", "panel-start");
      return [...overTime(dyad), ...commitments(dyad.formal)];
    },
  );
}

function howTheyStand(found: Partner): Child[] {
  return [
    h(
      "p",
      { class: "standing" },
      h("span", { class: `stance ${found.stance}` }, found.stance),
      h("strong", {}, signed(found.score)),
      h("span", { class: "quiet" }, `${found.trend} · ${found.first_seen} to ${found.last_seen}`),
    ),
    h("p", {}, found.basis.words),
  ];
}

function overTime(dyad: Dyad): Child[] {
  if (!dyad.summary) return [h("p", {}, `Nothing was observed between the two up to ${dyad.as_of}.`)];
  return [
    trendChart(dyad.points),
    dyad.turning_points.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, plural(dyad.turning_points.length, "turning point")),
          ...dyad.turning_points.map((turn) =>
            h(
              "div",
              {},
              h("h4", {}, `${turn.start.slice(0, 4)}: ${turn.stance_before} → ${turn.stance_after}`),
              h("ul", { class: "events" }, ...turn.evidence.slice(0, 1).map(proofCard)),
            ),
          ),
        )
      : null,
  ];
}

function commitments(found: Commitment[]): Child[] {
  if (found.length === 0) return [];
  const items = found.map((item) =>
    h(
      "li",
      {},
      h("span", { class: "stance formal" }, words(item.kind)),
      " ",
      link(item.source_url, shortened(item.instrument, 160)),
      h("span", { class: "quiet" }, ` ${item.since ? `since ${item.since}` : ""}${item.until ? ` until ${item.until}` : ""}`),
    ),
  );
  return [h("details", { open: found.length <= 4 }, h("summary", {}, plural(found.length, "commitment"), " in force"), h("ul", { class: "commitments" }, ...items))];
}

function eventList(
  page: EventPage,
  path: string,
  query: Record<string, string | number | undefined>,
  none: string,
): HTMLElement {
  const list = h("ul", { class: "events" }, ...page.items.map(eventCard));
  if (page.items.length === 0) return h("p", { class: "nothing" }, none);
  const place = h("div", {}, list);
  let cursor = page.next_cursor;
  const more = h("div", {});
  const next = (): void => {
    const asked = cursor ?? undefined;
    void filling(
      more,
      "Reading more",
      (signal) => get<EventPage>(path, { ...query, cursor: asked }, signal),
      (found) => {
        list.append(...found.items.map((event: Event) => eventCard(event)));
        cursor = found.next_cursor;
        return cursor ? [button("Earlier events", next)] : [];
      },
    );
  };
  if (cursor) more.append(button("Earlier events", next));
  place.append(more);
  return place;
}

export function actorPanel(place: HTMLElement, id: string, asOf: string, actions: PanelActions): Promise<void> {
  const day = asOf || undefined;
  const query = { actor: id, as_of: day, limit: EVENTS };
  return filling(
    place,
    "Reading what is known",
    (signal) =>
      Promise.all([
        get<Dossier>(`/v1/actors/${encodeURIComponent(id)}`, { as_of: day }, signal),
        // An actor of the curated data alone is in no event, and none of them is asked for.
        get<EventPage>("/v1/events", query, signal).catch((error: { status?: number }) => {
          if (error.status === 404) return { items: [], next_cursor: null };
          throw error;
        }),
      ]),
    ([dossier, page]) => [
      h("h2", { tabindex: "-1" }, bdi(shortened(dossier.name, 500))),
      h(
        "p",
        { class: "quiet" },
        `${words(dossier.kind)}${dossier.provisional ? ", known from texts alone" : ""} · ${plural(dossier.events, "event")}`,
        dossier.first_seen ? ` · ${dossier.first_seen} to ${dossier.last_seen ?? ""}` : "",
      ),
      doings(dossier, actions),
      ...facts(dossier),
      h("h3", {}, "Latest events"),
      eventList(page, "/v1/events", query, `No event with ${dossier.name} is stored.`),
    ],
  );
}

function doings({ id }: Dossier, actions: PanelActions): HTMLElement {
  const place = h(
    "div",
    { class: "doings" },
    ...(actions.isCentre(id)
      ? []
      : [
          button(actions.isOpen(id) ? "Close its partners" : "Expand", () => actions.expand(id)),
          button("Put in the middle", () => actions.centre(id)),
          button("Hide", () => actions.hide(id)),
        ]),
    button(actions.isPinned(id) ? "Unpin" : "Pin", () => actions.pin(id)),
    button("Path from here", () => actions.pathFrom(id)),
  );
  void actions.neo4j(id).then(
    (url) => {
      if (url) place.append(link(url, "Open in Neo4j Browser"));
    },
    () => undefined,
  );
  return place;
}

function facts(dossier: Dossier): Child[] {
  const used = dossier.relations
    .map(({ relation, as_source, as_target }) => ({ relation, as_source, as_target, all: as_source + as_target }))
    .sort((a, b) => b.all - a.all)
    .slice(0, 8);
  const posts = dossier.offices.filter((post) => !post.until).slice(0, 8);
  const parts = dossier.memberships.filter((item) => !item.until);
  return [
    dossier.aliases.length > 0
      ? h("p", {}, h("span", { class: "quiet" }, "Also "), bdi(shortened(dossier.aliases.slice(0, 8).join(", "), 240)))
      : null,
    dossier.acts_for ? h("p", {}, h("span", { class: "quiet" }, "Acts for "), bdi(dossier.acts_for.name)) : null,
    posts.length > 0
      ? h(
          "ul",
          { class: "plain" },
          ...posts.map((post) =>
            h("li", {}, `${post.title}: `, bdi(post.person.id === dossier.id ? post.of.name : post.person.name), post.since ? h("span", { class: "quiet" }, ` since ${post.since}`) : null),
          ),
        )
      : null,
    used.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, "What it does, and what is done to it"),
          h("ul", { class: "plain" }, ...used.map((item) => h("li", {}, `${words(item.relation)}: ${count(item.as_source)} by it, ${count(item.as_target)} to it`))),
        )
      : null,
    parts.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, plural(parts.length, "membership")),
          h("p", {}, bdi(parts.slice(0, 60).map((item) => (item.member.id === dossier.id ? item.organization : item.member).name).join(", "))),
        )
      : null,
  ];
}

/** What came and went between two days. */
export function changesPanel(place: HTMLElement, name: string, changes: Changes, pick: (id: string) => void): void {
  const title = h("h2", { tabindex: "-1" }, "What changed for ", bdi(shortened(name, 120)));
  const window_ = h("p", { class: "quiet" }, `From ${changes.earlier} to ${changes.later}`);
  const kinds = { came: "Came closer: into its circle", went: "Went: out of its circle", stance: "Another stance", score: "Another score" };
  const groups = Object.entries(kinds).flatMap(([kind, label]) => {
    const found = changes.observed.filter((change) => change.kind === kind);
    if (found.length === 0) return [];
    const items = found.map((change) =>
      h(
        "li",
        {},
        button(shortened(change.partner.name, 60), () => pick(change.partner.id), { class: "name" }),
        ` ${change.before ? change.before.stance : "unseen"} → ${change.after ? change.after.stance : "unseen"} `,
        h("span", { class: "quiet" }, signed(change.delta)),
        change.evidence[0] ? h("blockquote", { dir: "auto" }, change.evidence[0].quote) : null,
      ),
    );
    return [h("h3", {}, `${label} (${found.length})`), h("ul", { class: "plain" }, ...items)];
  });
  const bonds = (["began", "ended"] as const).flatMap((which) => {
    const found = changes[which];
    if (found.length === 0) return [];
    return [
      h("h3", {}, `Commitments that ${which} (${found.length})`),
      h("ul", { class: "plain" }, ...found.map(({ commitment, partners }) => h("li", {}, link(commitment.source_url, shortened(commitment.instrument, 160)), h("span", { class: "quiet" }, ` with ${plural(partners.length, "partner")}`)))),
    ];
  });
  place.replaceChildren(title, window_, ...groups, ...bonds);
  if (groups.length + bonds.length === 0) place.append(h("p", { class: "nothing" }, "Nothing changed between the two days."));
}
