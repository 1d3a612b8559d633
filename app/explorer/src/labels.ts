/** Which names can be written without one lying over another. Pure. */

export interface Label {
  id: string;
  /** The middle of the text. */
  x: number;
  y: number;
  width: number;
  height: number;
  weight: number;
}

/** The ids of labels that touch none of those with more weight. */
export function clear(labels: readonly Label[]): Set<string> {
  const order = [...labels].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const left: Label[] = [];
  for (const label of order) {
    const touches = left.some(
      (other) =>
        Math.abs(other.x - label.x) * 2 < other.width + label.width &&
        Math.abs(other.y - label.y) * 2 < other.height + label.height,
    );
    if (!touches) left.push(label);
  }
  return new Set(left.map((label) => label.id));
}
