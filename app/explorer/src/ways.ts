/** How two are linked, and who keeps to whom: the panels of paths and of blocs. */

import { bdi, button, h, plural, shortened, type Child } from "./dom";
import { proofCard } from "./events";
import { tieId } from "./model";
import type { Blocs, Paths } from "./types";

export function pathsPanel(found: Paths, pick: (id: string) => void): Child[] {
  const ends = [bdi(shortened(found.source.name, 80)), " to ", bdi(shortened(found.target.name, 80))];
  if (found.items.length === 0) {
    return [
      h("h2", { tabindex: "-1" }, ...ends),
      h("p", { class: "nothing" }, `No ${found.tone === "any" ? "" : `${found.tone} `}path of at most ${found.max_hops} ties links the two. Try another kind of tie.`),
    ];
  }
  return [
    h("h2", { tabindex: "-1" }, ...ends),
    h("p", { class: "quiet" }, `${plural(found.items.length, "best path")}, the closest first`),
    ...found.items.map((path, n) =>
      h(
        "section",
        { class: "path" },
        h("h3", {}, `${n + 1}. `, bdi([path.hops[0]?.source.name, ...path.hops.map((hop) => hop.target.name)].join(" – ")), h("span", { class: "quiet" }, ` closeness ${path.closeness.toFixed(3)}`)),
        ...path.hops.map((hop) =>
          h(
            "div",
            { class: "hop" },
            button(`${shortened(hop.source.name, 40)} – ${shortened(hop.target.name, 40)}: ${hop.stance}`, () => pick(tieId(hop.source.id, hop.target.id)), { class: "name" }),
            h("ul", { class: "events" }, ...hop.evidence.map(proofCard)),
          ),
        ),
      ),
    ),
  ];
}

export function blocsPanel(found: Blocs, pick: (id: string) => void): Child[] {
  return [
    h("h2", { tabindex: "-1" }, "Blocs"),
    h(
      "p",
      { class: "quiet" },
      `${plural(found.total, "bloc")} among ${plural(found.actors, "actor")} and ${plural(found.ties, "friendly tie")} up to ${found.as_of}; modularity ${found.modularity.toFixed(2)}.`,
      found.ties_left_out > 0 ? ` ${found.ties_left_out} weaker ties are left out.` : "",
    ),
    ...found.items.map((bloc, n) =>
      h(
        "section",
        { class: "bloc" },
        h("h3", {}, h("span", { class: `dot bloc-${n % 8}`, "aria-hidden": "true" }), bdi(bloc.name), h("span", { class: "quiet" }, ` ${bloc.size}`)),
        h("p", {}, ...bloc.members.slice(0, 24).flatMap(({ actor }) => [button(shortened(actor.name, 40), () => pick(actor.id), { class: "name" }), " "]),
          bloc.size > 24 ? h("span", { class: "quiet" }, `and ${bloc.size - 24} more`) : null),
      ),
    ),
    found.items.length === 0 ? h("p", { class: "nothing" }, "No friendly ties, so no blocs.") : null,
  ];
}
