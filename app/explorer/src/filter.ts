/** The legend as a filter: what there is to switch off, how much of it, and what is left. Pure. */

import type { Graph, GraphNode, Tie } from "./model";

export const GROUPS = ["tie", "kind", "type", "relation", "status"] as const;
export type Group = (typeof GROUPS)[number];
export type Census = Record<Group, Map<string, number>>;
/** The PLOVER type of a relation, when asserted and when planned. */
export type TypeOf = (relation: string, status: string) => string;

function bump(counts: Map<string, number>, key: string, by = 1): void {
  if (key) counts.set(key, (counts.get(key) ?? 0) + by);
}

/** How many ties, actors and (latest) acts there are of each sort, the most frequent first. */
export function census(graph: Graph, typeOf: TypeOf): Census {
  const found: Census = {
    tie: new Map(), kind: new Map(), type: new Map(), relation: new Map(), status: new Map(),
  }; // prettier-ignore
  for (const node of graph.nodes.values()) bump(found.kind, node.kind);
  for (const tie of graph.ties.values()) {
    bump(found.tie, tie.stance);
    if (tie.formal.length > 0 && tie.stance !== "formal") bump(found.tie, "formal");
    for (const act of tie.acts ?? []) {
      bump(found.relation, act.relation, act.count);
      bump(found.status, act.status, act.count);
      bump(found.type, typeOf(act.relation, act.status), act.count);
    }
  }
  for (const group of GROUPS) {
    const sorted = [...found[group]].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    found[group] = new Map(sorted);
  }
  return found;
}

export interface Shown {
  nodes: GraphNode[];
  ties: Tie[];
}

/** What remains of the graph. `hidden` actors go with their ties, and so do actors whose every tie
 * went; hubs stay. A tie that comes without acts goes as soon as acts are asked for. */
export function shown(
  graph: Graph,
  off: readonly string[],
  hidden: readonly string[],
  typeOf: TypeOf,
): Shown {
  const gone = new Set(off);
  const out = new Set(hidden);
  const byActs = off.some((item) => /^(relation|type|status):/.test(item));
  const stays = (node: GraphNode | undefined): boolean =>
    node !== undefined && !out.has(node.id) && (node.hub || !gone.has(`kind:${node.kind}`));
  const fits = (tie: Tie): boolean => {
    const formal = tie.formal.length > 0 && !gone.has("tie:formal");
    if (tie.stance === "formal") return formal && !byActs;
    if (gone.has(`tie:${tie.stance}`)) return formal;
    if (!byActs) return true;
    return (tie.acts ?? []).some(
      ({ relation, status }) =>
        !gone.has(`relation:${relation}`) &&
        !gone.has(`status:${status}`) &&
        !gone.has(`type:${typeOf(relation, status)}`),
    );
  };
  const ties = [...graph.ties.values()].filter(
    (tie) => fits(tie) && stays(graph.nodes.get(tie.one)) && stays(graph.nodes.get(tie.other)),
  );
  const tied = new Set(ties.flatMap((tie) => [tie.one, tie.other]));
  const wasTied = new Set([...graph.ties.values()].flatMap((tie) => [tie.one, tie.other]));
  const nodes = [...graph.nodes.values()].filter(
    (node) => stays(node) && (node.hub || tied.has(node.id) || !wasTied.has(node.id)),
  );
  return { nodes, ties };
}
