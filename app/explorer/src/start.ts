/** The start page: whom there is much of, and how fresh it is. */

import { bdi, button, count, h, plural, shortened, words, type Child } from "./dom";
import type { Start } from "./load";

export function startPage({ stats, ready, actors }: Start, choose: (id: string) => void): Child[] {
  return [
    h("h1", {}, "Who did what to whom"),
    h("p", { class: "lead" }, "Type the name of a state, an organisation, an armed group or a leader, see its ties, and read the sentence that proves each."),
    stats.events === 0
      ? h("p", { class: "nothing" }, "Nothing is stored yet. Read articles with ", h("code", {}, "westphalia ingest PATH"), ", or paste one under Read.")
      : h("p", { class: "quiet" }, `${plural(stats.events, "event")} from ${plural(stats.articles, "article")}. `, freshness(ready)),
    actors.length > 0 ? h("h2", {}, "Most told of lately") : null,
    actors.length > 0
      ? h(
          "ul",
          { class: "cards" },
          ...actors.map((actor) => {
            const card = button("", () => choose(actor.id), { class: "card" });
            card.append(
              h("span", { class: `dot kind-${actor.kind}`, "aria-hidden": "true" }),
              h("strong", {}, bdi(shortened(actor.name, 60))),
              h("span", { class: "quiet" }, `${words(actor.kind)} · ${count(actor.events)} events`),
            );
            return h("li", {}, card);
          }),
        )
      : null,
    h("p", { class: "quiet" }, "Press / to search. The API behind this page is documented at ", h("a", { href: "./docs" }, "/docs"), "."),
  ];
}

function freshness(ready: Start["ready"]): string {
  if (!ready?.newest_day) return "How fresh they are is not known.";
  const age = ready.age_days ?? 0;
  const ago = age === 0 ? "today" : age === 1 ? "yesterday" : `${count(age)} days ago`;
  return `The newest is of ${ready.newest_day}, ${ago}.`;
}
