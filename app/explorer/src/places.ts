/** Where the members of blocs stand: each bloc a disc with its leader in the middle, none over
 * another. Pure. */

export interface Place {
  x: number;
  y: number;
}

const RING = 115;
const APART = 105;
const MARGIN = 95;
/** The picture is wider than high, as screens are. */
const FLAT = 0.72;

/** Members on rings around the leader, who is the first. */
function disc(members: readonly string[]): { places: Map<string, Place>; radius: number } {
  const places = new Map<string, Place>();
  const left = [...members];
  const leader = left.shift();
  if (leader !== undefined) places.set(leader, { x: 0, y: 0 });
  let radius = 0;
  while (left.length > 0) {
    radius += RING;
    const on = left.splice(0, Math.max(1, Math.floor((2 * Math.PI * radius) / APART)));
    on.forEach((id, n) => {
      const angle = (2 * Math.PI * n) / on.length - Math.PI / 2;
      places.set(id, { x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
    });
  }
  return { places, radius: radius + MARGIN };
}

export function blocPlaces(blocs: readonly (readonly string[])[]): Map<string, Place> {
  const found = new Map<string, Place>();
  const taken: (Place & { radius: number })[] = [];
  for (const members of blocs) {
    const { places, radius } = disc(members);
    const middle = free(radius, taken);
    taken.push({ ...middle, radius });
    for (const [id, place] of places) found.set(id, { x: middle.x + place.x, y: middle.y + place.y });
  }
  return found;
}

/** The nearest place to the middle where a disc of this radius touches none of the others. */
function free(radius: number, taken: readonly (Place & { radius: number })[]): Place {
  for (let far = 0; ; far += 20) {
    for (let turn = 0; turn < 36; turn += 1) {
      const angle = (turn * Math.PI) / 18;
      const place = { x: far * Math.cos(angle), y: far * FLAT * Math.sin(angle) };
      const clear = taken.every((other) => Math.hypot(other.x - place.x, other.y - place.y) >= other.radius + radius);
      if (clear) return place;
    }
  }
}
