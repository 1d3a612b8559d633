/** The questions behind each picture. */

import { get, type Trouble } from "./api";
import { MOST_PARTNERS, around, markChanges, ofBlocs, ofPaths, tieId, type Graph } from "./model";
import type { Alliances, Blocs, Changes, Dossier, Neighbours, Ontology, Partner, Paths, Ready, Stats, Triple } from "./types";
import type { View } from "./view";

export interface Loaded {
  graph: Graph;
  /** The name of what is in the middle. */
  title: string;
  changes: Changes | null;
  paths: Paths | null;
  blocs: Blocs | null;
  /** What is known of each tie before its panel asks for more, by the ids of ties. */
  partners: Map<string, Partner>;
  /** The graph with the ties among partners, where these took longer. */
  more: Promise<Graph> | null;
}

const PATIENCE_MS = 60;
const KEPT = 40;
const BLOCS = 8;
const MEMBERS = 12;
interface Asked {
  alliances: Promise<Alliances>;
  neighbours: Promise<Neighbours>;
}

const known = new Map<string, Asked>();

/** Not given up when the view changes: the answer is kept, and may be wanted again. */
function askAround(id: string, view: View): Asked {
  const key = JSON.stringify([id, view.asOf]);
  const found = known.get(key);
  if (found) return found;
  const path = `/v1/actors/${encodeURIComponent(id)}`;
  const query = { as_of: view.asOf || undefined, limit: MOST_PARTNERS, sort: "busiest" };
  const alliances = get<Alliances>(`${path}/alliances`, { ...query, proofs: 1 });
  // Asked one after the other: side by side the slower question would hold up the picture.
  const neighbours = alliances.then(() => get<Neighbours>(`${path}/neighbours`, { ...query, ties: true }));
  const asked = { alliances, neighbours };
  for (const answer of [asked.alliances, asked.neighbours]) answer.catch(() => known.delete(key));
  known.set(key, asked);
  const oldest = known.keys().next().value;
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  return asked;
}

/** Ask everything anew: after an error, or when somebody says so. */
export function forget(): void {
  known.clear();
}

export async function load(view: View, signal: AbortSignal): Promise<Loaded> {
  if (view.mode === "paths") return loadPaths(view, signal);
  if (view.mode === "blocs") return loadBlocs(view, signal);
  const asked = [view.actor, ...view.open].map((id) => askAround(id, view));
  const alliances = await Promise.all(asked.map((item) => item.alliances));
  const together = (ties: readonly (Neighbours | null)[]): Graph =>
    around(alliances.map((item, n) => ({ alliances: item, neighbours: ties[n] ?? null })));
  // The ties among partners take the store longer, and the picture need not wait for them.
  const among = Promise.all(asked.map((item) => item.neighbours));
  const soon = await Promise.race([among, new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null))]);
  const graph = together(soon ?? []);
  const first = alliances[0];
  let changes: Changes | null = null;
  if (view.compare) {
    const path = `/v1/actors/${encodeURIComponent(view.actor)}/alliances`;
    const query = { as_of: view.asOf || undefined, compare: view.compare, limit: MOST_PARTNERS, proofs: 1 };
    changes = (await get<Alliances>(path, query, signal)).changes;
    markChanges(graph, view.actor, changes);
  }
  const marked = (late: Graph): Graph => {
    markChanges(late, view.actor, changes);
    return late;
  };
  return {
    more: soon ? null : among.then((ties) => marked(together(ties))),
    graph, changes, title: first?.actor.name ?? view.actor, paths: null, blocs: null,
    partners: new Map(
      alliances.flatMap(({ actor, observed }) => observed.map((item) => [tieId(actor.id, item.partner.id), item] as const)),
    ),
  }; // prettier-ignore
}

async function loadPaths(view: View, signal: AbortSignal): Promise<Loaded> {
  const query = { from: view.from, to: view.to, tone: view.tone, as_of: view.asOf || undefined, limit: 5, proofs: 2 };
  const paths = await get<Paths>("/v1/paths", query, signal);
  return { graph: ofPaths(paths), title: "", partners: new Map(), changes: null, paths, blocs: null, more: null };
}

async function loadBlocs(view: View, signal: AbortSignal): Promise<Loaded> {
  const day = view.asOf || undefined;
  const blocs = await get<Blocs>("/v1/blocs", { as_of: day, limit: BLOCS }, signal);
  const leaders = (ties: boolean): Promise<Graph> =>
    Promise.all(
      blocs.items.map(({ id }) => {
        const path = `/v1/actors/${encodeURIComponent(id)}/neighbours`;
        return get<Neighbours>(path, { as_of: day, limit: MOST_PARTNERS, ties }, signal);
      }),
    ).then((answers) => ofBlocs(blocs, MEMBERS, answers));
  const graph = await leaders(false);
  const partners = new Map<string, Partner>();
  return { graph, title: "", partners, changes: null, paths: null, blocs, more: leaders(true) };
}

export interface Start {
  stats: Stats;
  ready: Ready | null;
  actors: Dossier[];
}

const LATEST = 200;
const OFFERED = 8;

/** How much there is, how fresh it is, and who is told of most in the latest events. */
export async function loadStart(signal: AbortSignal): Promise<Start> {
  const [stats, ready, latest] = await Promise.all([
    get<Stats>("/v1/stats", {}, signal),
    get<Ready>("/readyz", {}, signal).catch(() => null),
    get<{ items: Triple[] }>("/v1/triples", { limit: LATEST }, signal),
  ]);
  const counts = new Map<string, number>();
  for (const { source, target } of latest.items) {
    for (const id of [source, target]) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, OFFERED);
  const asked = most.map(([id]) =>
    get<Dossier>(`/v1/actors/${encodeURIComponent(id)}`, {}, signal).catch((error: Trouble) => {
      if (error.status === 404) return null;
      throw error;
    }),
  );
  const actors = (await Promise.all(asked)).filter((actor) => actor !== null);
  return { stats, ready, actors: actors.sort((a, b) => b.events - a.events) };
}

export async function loadTypes(): Promise<(relation: string, status: string) => string> {
  const { relations } = await get<Ontology>("/v1/ontology");
  const known = new Map(relations.map((relation) => [relation.name, relation]));
  return (relation, status) => {
    const found = known.get(relation);
    if (!found || status === "hypothetical" || status === "negated") return "";
    return status === "planned" ? found.planned : found.event_type;
  };
}

export async function neo4jLink(actor: string): Promise<string | null> {
  return (await get<{ url: string | null }>("/v1/browser-link", { actor })).url;
}
