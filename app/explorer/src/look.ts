/** How the graph is drawn, in the colours of the page's own style sheet. */

import type { StylesheetJson } from "cytoscape";

const SHAPES: Record<string, string> = {
  state: "ellipse",
  organization: "round-rectangle",
  armed_group: "diamond",
  person: "round-triangle",
  institution: "round-hexagon",
};
const STANCES = ["ally", "partner", "mixed", "rival", "adversary"];
export const BLOC_COLOURS = 8;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** From this scale on the labels of ties would be too small to read. */
const LARGE = 1.3;

/** The height of an actor's name in the units of the graph. */
export function nameSize(scale: number): number {
  return rem() * 0.75 * scale;
}

/** The size of a rem in pixels: the picture grows with the page on a large screen. */
function rem(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/** Hostile ties are dotted and end in bars, planned ones dashed, commitments a hollow band. `scale`
 * enlarges names as the graph gets smaller on the screen, so that they can always be read. */
export function look(scale = 1): StylesheetJson {
  const unit = rem();
  const size = unit * 1.4 * Math.max(1, scale * 0.55);
  const text = {
    "font-family": "system-ui, sans-serif",
    color: colour("text"),
    "text-outline-color": colour("ground"),
    "text-outline-width": unit * 0.16 * scale,
  };
  return [
    {
      selector: "node[name]",
      style: {
        ...text,
        label: "data(name)",
        "font-size": nameSize(scale),
        "text-valign": "bottom",
        "z-index": "data(weight)",
        "text-margin-y": unit * 0.2 * scale,
        width: size,
        height: size,
        "background-color": colour("node"),
        "border-width": 1.5,
        "border-color": colour("ground"),
      },
    },
    ...Object.entries(SHAPES).map(([kind, shape]) => ({
      selector: `node.kind-${kind}`,
      style: { shape, "background-color": colour(`kind-${kind}`) },
    })),
    { selector: "node.hub", style: { width: size * 1.5, height: size * 1.5, "font-weight": "bold" } },
    { selector: "node.pinned", style: { "border-width": 3, "border-style": "double", "border-color": colour("text") } },
    ...Array.from({ length: BLOC_COLOURS }, (_, n) => ({
      selector: `node.bloc-${n}`,
      style: { "background-color": colour(`bloc-${n}`) },
    })),
    {
      selector: "node:parent",
      style: {
        ...text, label: "data(title)", "font-size": unit * 0.9 * scale, "font-weight": "bold", "text-valign": "top",
        "background-opacity": 0, "border-width": 1,
        "border-color": colour("line"), shape: "round-rectangle", padding: `${unit * 0.8}px`,
      }, // prettier-ignore
    },
    {
      selector: "edge",
      style: {
        ...text,
        width: "data(width)",
        "curve-style": "haystack",
        "haystack-radius": 0,
        "line-color": colour("mixed"),
        "line-opacity": 0.85,
        "font-size": unit * 0.62,
        "text-outline-width": unit * 0.16,
        "text-rotation": "autorotate",
      },
    },
    { selector: "edge.labelled", style: { label: scale < LARGE ? "data(label)" : "", "z-index": 1 } },
    ...STANCES.map((stance) => ({ selector: `edge.${stance}`, style: { "line-color": colour(stance) } })),
    {
      selector: "edge.rival, edge.adversary",
      style: {
        "curve-style": "straight", "line-style": "dotted", "source-arrow-shape": "tee", "target-arrow-shape": "tee",
        "arrow-scale": 0.8, "source-distance-from-node": 3, "target-distance-from-node": 3,
      }, // prettier-ignore
    },
    ...["rival", "adversary"].map((stance) => ({
      selector: `edge.${stance}`,
      style: { "source-arrow-color": colour(stance), "target-arrow-color": colour(stance) },
    })),
    { selector: "edge.planned", style: { "line-style": "dashed" } },
    { selector: "edge.among", style: { "line-opacity": 0.4 } },
    {
      selector: "edge.formal",
      style: { "line-outline-width": 1.6, "line-outline-color": colour("formal") },
    },
    { selector: "edge.formal.only", style: { "line-color": colour("ground"), "line-opacity": 1 } },
    {
      selector: "edge.came, edge.went, edge.stance-changed",
      style: { "underlay-opacity": 0.35, "underlay-padding": unit * 0.35, "underlay-color": colour("accent") },
    },
    { selector: "edge.went", style: { "underlay-color": colour("adversary") } },
    { selector: "node.at", style: { "underlay-opacity": 0.3, "underlay-padding": unit * 0.4, "underlay-color": colour("accent") } },
    { selector: ".picked", style: { "overlay-opacity": 0.2, "overlay-color": colour("accent"), "overlay-padding": unit * 0.3 } },
    { selector: "edge.picked", style: { "line-opacity": 1, "z-index": 9 } },
    { selector: ".mute", style: { "text-opacity": 0 } },
    { selector: "node.at, node.picked", style: { "text-opacity": 1, "z-index": 2e9 } },
  ] as StylesheetJson;
}

export function background(): string {
  return colour("ground");
}
