/** Which names can be written without one lying over another. Pure. */

export interface Box {
  /** Whose it is: a label may touch the actor that it names. */
  id: string;
  /** The middle. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Label extends Box {
  weight: number;
}

/** An actor, over whose body only the names of weightier ones may be written. */
export type Body = Label;

function touch(one: Box, other: Box): boolean {
  return (
    Math.abs(other.x - one.x) * 2 < other.width + one.width && Math.abs(other.y - one.y) * 2 < other.height + one.height
  );
}

/** The ids of labels that touch none of those with more weight, nor the body of anybody else who has
 * as much. */
export function clear(labels: readonly Label[], bodies: readonly Body[] = []): Set<string> {
  const order = [...labels].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const left: Label[] = [];
  for (const label of order) {
    const covers = bodies.some((body) => body.id !== label.id && body.weight >= label.weight && touch(label, body));
    if (!covers && !left.some((other) => touch(label, other))) left.push(label);
  }
  return new Set(left.map((label) => label.id));
}

/** The box around a text of these sizes that is written along a line. */
export function along(dx: number, dy: number, width: number, height: number): { width: number; height: number } {
  const length = Math.hypot(dx, dy) || 1;
  const [cos, sin] = [Math.abs(dx) / length, Math.abs(dy) / length];
  return { width: width * cos + height * sin, height: width * sin + height * cos };
}
