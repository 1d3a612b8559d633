/** The graph that is shown, put together from answers of the API. Pure. */

import type { Act, Actor, Alliances, Blocs, Kind, Neighbours, Paths, Stance, TieOut } from "./types";

export const MOST_PARTNERS = 100;
export const MORE_PARTNERS = 20;
export const MOST_TIES = 300;
const MOST_BLOC_TIES = 150;

/** The thresholds of the API's stances; ties among neighbours come with a score alone. */
const ALLY = 0.6;
const PARTNER = 0.2;

export interface GraphNode {
  id: string;
  name: string;
  kind: Kind;
  country: string | null;
  provisional: boolean;
  /** The actor in the middle, or one whose partners are shown. */
  hub: boolean;
  bloc: string;
}

export interface Tie {
  /** Both ids in order with `~` between. */
  id: string;
  one: string;
  other: string;
  stance: Stance | "formal";
  score: number;
  events: number;
  planned: number;
  /** Kinds of commitments in force. */
  formal: string[];
  /** What the latest events tell; null where the API gives numbers alone. */
  acts: Act[] | null;
  first: string;
  last: string;
  change: string;
}

export interface Graph {
  nodes: Map<string, GraphNode>;
  ties: Map<string, Tie>;
  /** What is not shown, in words. */
  notes: string[];
}

/** What is known around one actor; `neighbours` is null as long as it is not. */
export interface Around {
  alliances: Alliances;
  neighbours: Neighbours | null;
}

export function tieId(one: string, other: string): string {
  return one < other ? `${one}~${other}` : `${other}~${one}`;
}

export function stanceOf(score: number): Stance {
  if (score >= ALLY) return "ally";
  if (score >= PARTNER) return "partner";
  if (score > -PARTNER) return "mixed";
  return score > -ALLY ? "rival" : "adversary";
}

export function emptyGraph(): Graph {
  return { nodes: new Map(), ties: new Map(), notes: [] };
}

function see(graph: Graph, actor: Actor, hub = false, bloc = ""): void {
  const known = graph.nodes.get(actor.id);
  if (known) {
    known.hub ||= hub;
    known.bloc ||= bloc;
    return;
  }
  const { id, name, kind, country, provisional } = actor;
  graph.nodes.set(id, { id, name, kind, country, provisional, hub, bloc });
}

function bare(one: string, other: string, score: number, events: number): Tie {
  const [first, second] = one < other ? [one, other] : [other, one];
  return {
    id: tieId(one, other), one: first, other: second, stance: stanceOf(score), score, events,
    planned: 0, formal: [], acts: null, first: "", last: "", change: "",
  }; // prettier-ignore
}

/** The ties of one actor, then those of each that was opened, then those among all of them. */
export function around(answers: readonly Around[]): Graph {
  const graph = emptyGraph();
  answers.forEach((answer, place) => addPartners(graph, answer, place === 0));
  const among = answers.flatMap(({ neighbours }) => neighbours?.ties ?? []);
  const left = addTiesAmong(graph, among, MOST_TIES);
  if (left > 0) graph.notes.push(`${left} weaker ties among partners are left out`);
  if (answers.some(({ neighbours }) => neighbours === null)) graph.notes.push("Ties among partners are still being read");
  return graph;
}

function addPartners(graph: Graph, { alliances }: Around, isFirst: boolean): void {
  const hub = alliances.actor;
  const cap = isFirst ? MOST_PARTNERS : MORE_PARTNERS;
  see(graph, hub, true);
  const observed = alliances.observed.slice(0, cap);
  for (const item of observed) {
    see(graph, item.partner);
    const tie = bare(hub.id, item.partner.id, item.score, item.basis.events);
    graph.ties.set(tie.id, {
      ...tie, stance: item.stance, planned: item.basis.planned, acts: item.basis.acts,
      first: item.first_seen, last: item.last_seen,
    }); // prettier-ignore
  }
  // Members of one organisation are legion, so a membership alone does not draw a line.
  const bound = alliances.formal.filter((item) => item.commitments.some((c) => c.kind !== "membership"));
  let room = cap - observed.length;
  let leftOut = 0;
  for (const item of bound) {
    const kinds = [...new Set(item.commitments.map((commitment) => commitment.kind))];
    const id = tieId(hub.id, item.partner.id);
    const known = graph.ties.get(id);
    if (known) known.formal = kinds;
    else if (graph.nodes.has(item.partner.id) || room-- > 0) {
      see(graph, item.partner);
      const tie = bare(hub.id, item.partner.id, 0, 0);
      graph.ties.set(id, { ...tie, stance: "formal", formal: kinds, acts: [] });
    } else leftOut += 1;
  }
  const total = alliances.observed_total;
  if (total > observed.length) graph.notes.push(`${hub.name}: ${observed.length} of ${total}, by weight`);
  if (leftOut > 0) graph.notes.push(`${leftOut} more bound to ${hub.name} by commitments alone`);
}

function addTiesAmong(graph: Graph, ties: readonly TieOut[], most: number): number {
  const found = [...ties].sort((a, b) => b.events - a.events || (tieId(a.one, a.other) < tieId(b.one, b.other) ? -1 : 1));
  let left = 0;
  for (const { one, other, score, events } of found) {
    const id = tieId(one, other);
    if (graph.ties.has(id) || !graph.nodes.has(one) || !graph.nodes.has(other)) continue;
    if (graph.ties.size >= most) left += 1;
    else graph.ties.set(id, bare(one, other, score, events));
  }
  return left;
}

/** Mark what is different since another day. */
export function markChanges(graph: Graph, hub: string, changes: Alliances["changes"]): void {
  for (const change of changes?.observed ?? []) {
    const tie = graph.ties.get(tieId(hub, change.partner.id));
    if (tie) tie.change = change.kind;
  }
}

/** All paths together. */
export function ofPaths(found: Paths): Graph {
  const graph = emptyGraph();
  see(graph, found.source, true);
  see(graph, found.target, true);
  for (const hop of found.items.flatMap((path) => path.hops)) {
    see(graph, hop.source);
    see(graph, hop.target);
    const tie = bare(hop.source.id, hop.target.id, hop.score, hop.events);
    tie.stance = hop.stance;
    tie.acts = hop.evidence.map(({ relation, status }) => ({ relation, status, count: 1 }));
    graph.ties.set(tie.id, tie);
  }
  return graph;
}

/** The weightiest members of each bloc with their friendly ties, which blocs are made of. */
export function ofBlocs(found: Blocs, members: number, answers: readonly Neighbours[]): Graph {
  const graph = emptyGraph();
  let shown = 0;
  for (const bloc of found.items) {
    for (const { actor } of bloc.members.slice(0, members)) {
      see(graph, actor, actor.id === bloc.id, bloc.id);
      shown += 1;
    }
  }
  const ties = answers.flatMap((answer) => [
    ...(answer.ties ?? []),
    ...answer.items.map((item) => ({
      one: answer.actor.id, other: item.partner.id, score: item.score, events: item.events,
    })), // prettier-ignore
  ]);
  const friendly = ties.filter((tie) => tie.score > 0);
  const left = addTiesAmong(graph, friendly, MOST_BLOC_TIES);
  const all = found.actors - found.loners;
  if (shown < all) graph.notes.push(`${shown} of ${all} actors, by weight in their bloc`);
  if (found.total > found.items.length) graph.notes.push(`${found.items.length} of ${found.total} blocs`);
  if (left > 0) graph.notes.push(`${left} weaker ties are left out`);
  return graph;
}
