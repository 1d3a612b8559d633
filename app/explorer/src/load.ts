/** The questions behind each picture. */

import { get, type Trouble } from "./api";
import { MOST_PARTNERS, around, markChanges, ofBlocs, ofPaths, type Around, type Graph } from "./model";
import type { Alliances, Blocs, Changes, Dossier, Neighbours, Ontology, Paths, Ready, Stats, Triple } from "./types";
import type { View } from "./view";

export interface Loaded {
  graph: Graph;
  /** The name of what is in the middle, and its partners in all. */
  title: string;
  partners: number;
  shownPartners: number;
  changes: Changes | null;
  paths: Paths | null;
  blocs: Blocs | null;
}

const KEPT = 40;
const BLOCS = 8;
const MEMBERS = 12;
const known = new Map<string, Promise<Around>>();

/** Not given up when the view changes: the answer is kept, and may be wanted again. */
function aroundActor(id: string, view: View): Promise<Around> {
  const key = JSON.stringify([id, view.asOf]);
  const found = known.get(key);
  if (found) return found;
  const path = `/v1/actors/${encodeURIComponent(id)}`;
  const query = { as_of: view.asOf || undefined, limit: MOST_PARTNERS, sort: "busiest" };
  const asked = Promise.all([
    get<Alliances>(`${path}/alliances`, { ...query, proofs: 1 }),
    get<Neighbours>(`${path}/neighbours`, { ...query, ties: true }),
  ]).then(([alliances, neighbours]) => ({ alliances, neighbours }));
  asked.catch(() => known.delete(key));
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
  const answers = await Promise.all([view.actor, ...view.open].map((id) => aroundActor(id, view)));
  const graph = around(answers);
  const first = answers[0]?.alliances;
  let changes: Changes | null = null;
  if (view.compare) {
    const path = `/v1/actors/${encodeURIComponent(view.actor)}/alliances`;
    const query = { as_of: view.asOf || undefined, compare: view.compare, limit: MOST_PARTNERS, proofs: 1 };
    changes = (await get<Alliances>(path, query, signal)).changes;
    markChanges(graph, view.actor, changes);
  }
  return {
    graph, changes, title: first?.actor.name ?? view.actor, partners: first?.observed_total ?? 0,
    shownPartners: first?.observed.length ?? 0, paths: null, blocs: null,
  }; // prettier-ignore
}

async function loadPaths(view: View, signal: AbortSignal): Promise<Loaded> {
  const query = { from: view.from, to: view.to, tone: view.tone, as_of: view.asOf || undefined, limit: 5, proofs: 2 };
  const paths = await get<Paths>("/v1/paths", query, signal);
  return { graph: ofPaths(paths), title: "", partners: 0, shownPartners: 0, changes: null, paths, blocs: null };
}

async function loadBlocs(view: View, signal: AbortSignal): Promise<Loaded> {
  const day = view.asOf || undefined;
  const blocs = await get<Blocs>("/v1/blocs", { as_of: day, limit: BLOCS }, signal);
  const leaders = blocs.items.map(({ id }) =>
    get<Neighbours>(`/v1/actors/${encodeURIComponent(id)}/neighbours`, { as_of: day, limit: MOST_PARTNERS, ties: true }, signal),
  );
  const graph = ofBlocs(blocs, MEMBERS, await Promise.all(leaders));
  return { graph, title: "", partners: 0, shownPartners: 0, changes: null, paths: null, blocs };
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
