/** How two actors stood over time, as a small picture with its numbers in words. */

import { h, signed, svg } from "./dom";
import type { Point } from "./types";

const WIDTH = 320;
const HEIGHT = 84;
const MIDDLE = HEIGHT / 2;
const MOST = 40;

/** Bars are the events of a period alone, up for friendly; the line is the standing at its end. */
export function trendChart(points: readonly Point[]): HTMLElement {
  const shown = points.slice(-MOST);
  const first = shown[0];
  const last = shown.at(-1);
  if (!first || !last) return h("p", { class: "quiet" }, "No dated events, so no trend.");
  const step = WIDTH / Math.max(shown.length, 6);
  const y = (score: number): number => MIDDLE - score * (MIDDLE - 4);
  const bars = shown.map((point, n) => {
    const top = Math.min(y(point.net), MIDDLE);
    return svg(
      "rect",
      {
        class: point.net < 0 ? "bar hostile" : "bar friendly",
        x: (n * step + step * 0.15).toFixed(1), width: (step * 0.7).toFixed(1),
        y: top.toFixed(1), height: Math.max(1, Math.abs(y(point.net) - MIDDLE)).toFixed(1),
      },
      svg("title", {}, `${point.start.slice(0, 4)}: ${point.events} events, ${signed(point.net)}`),
    ); // prettier-ignore
  });
  const line = shown.map((point, n) => `${(n * step + step / 2).toFixed(1)},${y(point.standing).toFixed(1)}`);
  const words =
    `From ${first.start.slice(0, 4)} to ${last.end.slice(0, 4)}: standing ${signed(first.standing)}, ` +
    `then ${signed(last.standing)} (${last.stance}).`;
  return h(
    "figure",
    { class: "trend" },
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words },
      svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: MIDDLE, y2: MIDDLE }),
      ...bars,
      svg("polyline", { class: "standing", points: line.join(" ") }),
    ),
    h("figcaption", { class: "quiet" }, words),
  );
}
