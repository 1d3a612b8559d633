/** The graph on a canvas. The only module that knows Cytoscape. */

import cytoscape, {
  type Core,
  type EdgeSingular,
  type ElementDefinition,
  type NodeSingular,
} from "cytoscape";
import fcose from "cytoscape-fcose";
import { plural, shortened, signed, words } from "./dom";
import type { Shown } from "./filter";
import { along, clear, type Body, type Label } from "./labels";
import { background, BLOC_COLOURS, look, nameSize } from "./look";
import type { GraphNode, Tie } from "./model";
import { blocPlaces } from "./places";

const LABELLED = 36;
const NAME = 28;
const MOST_SCALE = 6;
const PAUSE_MS = 90;
/** More than all events: the names of hubs come first. */
const HUB = 1e9;
/** A name may touch the rim of another actor, but not cover it. */
const TOUCH = 0.5;

export interface CanvasActions {
  pick(id: string): void;
  expand(id: string): void;
  hide(id: string): void;
  pin(id: string): void;
  undo(): void;
  /** Say aloud where the keyboard is. */
  tell(text: string): void;
}

cytoscape.use(fcose);

export class Canvas {
  private readonly cy: Core;
  private at = "";
  private scale = 1;
  /** Whether all of it is in view, as nobody has zoomed or moved it since. */
  private fitted = true;

  constructor(
    private readonly place: HTMLElement,
    private readonly actions: CanvasActions,
  ) {
    // Cytoscape would write a style element, which the page's policy forbids; it does not where it
    // finds one of this name. What would stand in it stands in style.css.
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      const stands = document.createElement("meta");
      stands.id = "__________cytoscape_stylesheet";
      document.head.append(stands);
    }
    this.cy = cytoscape({ container: place, style: look(), minZoom: 0.1, maxZoom: 4, selectionType: "single" });
    this.cy.on("tap", "node[name]", (event) => actions.pick(event.target.data("key") as string));
    this.cy.on("tap", "edge", (event) => actions.pick(event.target.data("key") as string));
    this.cy.on("tap", (event) => {
      if (event.target === this.cy) actions.pick("");
    });
    this.cy.on("dbltap", "node[name]", (event) => actions.expand(event.target.data("key") as string));
    place.addEventListener("keydown", (event) => this.key(event));
    this.cy.on("dragpan scrollzoom pinchzoom", () => (this.fitted = false));
    let timer = 0;
    this.cy.on("zoom dragfree", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.relabel(), PAUSE_MS);
    });
    let settled = 0;
    // What made room, such as the panel, is shown first.
    new ResizeObserver(() => {
      clearTimeout(settled);
      settled = window.setTimeout(() => this.settle(), PAUSE_MS);
    }).observe(place);
  }

  /** Draw what is given. Who stays keeps its place, unless `afresh`; who is pinned does anyway. */
  show(shown: Shown, pinned: readonly string[], afresh: boolean): void {
    const wanted = new Map<string, ElementDefinition>();
    const blocs = blocsOf(shown.nodes);
    for (const [bloc, title] of blocs) wanted.set(`b:${bloc}`, { data: { id: `b:${bloc}`, title } });
    const order = [...blocs.keys()];
    const weights = weightsOf(shown);
    for (const node of shown.nodes) {
      const weight = weights.get(node.id) ?? 0;
      wanted.set(`n:${node.id}`, nodeOf(node, pinned.includes(node.id), weight, order));
    }
    const many = shown.ties.length > LABELLED;
    const hubs = new Set(shown.nodes.filter((node) => node.hub).map((node) => node.id));
    const most = Math.max(8, ...shown.ties.map((tie) => tie.events));
    for (const tie of shown.ties) wanted.set(`t:${tie.id}`, edgeOf(tie, hubs, many, most));
    let moved = afresh;
    this.cy.batch(() => {
      this.cy.elements().forEach((element) => {
        if (!wanted.has(element.id())) element.remove();
      });
      const fresh = [...wanted.values()].filter(({ data }) => this.cy.getElementById(data.id ?? "").empty());
      for (const [id, definition] of wanted) {
        const known = this.cy.getElementById(id);
        if (known.nonempty()) known.data(definition.data).classes(definition.classes ?? "");
      }
      moved ||= fresh.some(({ data }) => !("source" in data));
      this.cy.add(fresh);
      if (afresh) this.spread();
      else this.placeBeside(fresh);
    });
    if (moved && blocs.size > 0) this.placeBlocs(shown.nodes, order);
    else if (moved) this.layout(pinned, afresh);
    this.relabel();
    if (!this.cy.getElementById(`n:${this.at}`).nonempty()) this.at = shown.nodes[0]?.id ?? "";
  }

  /** A start that is the same every time: by rank on a spiral around the middle. */
  private spread(): void {
    this.cy.nodes("[name]").forEach((node, n) => {
      const far = 60 * Math.sqrt(n);
      node.position({ x: far * Math.cos(n * 2.4), y: far * Math.sin(n * 2.4) });
    });
  }

  private placeBeside(fresh: ElementDefinition[]): void {
    fresh.forEach(({ data }, n) => {
      if ("source" in data) return;
      const node = this.cy.getElementById(data.id ?? "") as unknown as NodeSingular;
      const known = node.neighborhood("node").nodes().filter((other) => other.position("x") !== 0);
      const near = known.nonempty() ? known[0]?.position() : undefined;
      const { x, y } = near ?? { x: 0, y: 0 };
      node.position({ x: x + 90 * Math.cos(n * 2.4), y: y + 90 * Math.sin(n * 2.4) });
    });
  }

  private placeBlocs(nodes: readonly GraphNode[], blocs: readonly string[]): void {
    const members = blocs.map((bloc) => nodes.filter((node) => node.bloc === bloc).map((node) => node.id));
    for (const [id, place] of blocPlaces(members)) this.cy.getElementById(`n:${id}`).position(place);
    this.fit();
  }

  private layout(pinned: readonly string[], afresh: boolean): void {
    const fixed = pinned
      .map((id) => this.cy.getElementById(`n:${id}`) as unknown as NodeSingular)
      .filter((node) => node.nonempty())
      .map((node) => ({ nodeId: node.id(), position: { ...node.position() } }));
    const many = this.cy.nodes().length;
    const room = nameSize(1) / 12; // larger type, larger picture
    performance.mark("layout-start");
    this.cy
      .layout({
        name: "fcose",
        quality: "default",
        randomize: false,
        animate: false,
        fit: false,
        packComponents: false,
        nodeDimensionsIncludeLabels: many < 60,
        nodeRepulsion: (node: NodeSingular) => (node.hasClass("hub") ? 60_000 : 9000),
        idealEdgeLength: (edge: EdgeSingular) => (edge.connectedNodes(".hub").length > 1 ? 320 : 110) * room,
        edgeElasticity: () => 0.25,
        tilingPaddingVertical: 24,
        tilingPaddingHorizontal: 24,
        numIter: many > 60 ? 300 : 1500,
        gravity: 0.35,
        fixedNodeConstraint: fixed.length > 0 ? fixed : undefined,
      } as unknown as cytoscape.LayoutOptions)
      .run();
    performance.measure("layout", "layout-start");
    if (afresh || this.fitted) this.fit();
  }

  /** Take the size that the place has now. */
  private settle(): void {
    this.cy.resize();
    if (this.fitted && this.place.clientWidth > 0) this.fit();
  }

  /** All of it into view, and the names of those that matter as large as can be read. */
  fit(): void {
    this.cy.resize();
    this.cy.fit(undefined, 30);
    const most = nameSize(1) / 8.5;
    if (this.cy.zoom() > most) {
      this.cy.zoom(most);
      this.cy.center();
    }
    this.fitted = true;
    this.relabel();
  }

  /** Names of one size on the screen, those of lesser actors left out where they would overlap. */
  private relabel(): void {
    const scale = Math.min(MOST_SCALE, Math.max(1, 0.95 / this.cy.zoom()));
    if (Math.abs(scale / this.scale - 1) > 0.05) {
      this.scale = scale;
      this.recolour();
    }
    const left = clear([...this.names(), ...this.titles(), ...this.stances()], this.bodies());
    this.cy.batch(() => {
      this.cy.elements().forEach((element) => void element.toggleClass("mute", !left.has(element.id())));
    });
  }

  private bodies(): Body[] {
    return this.cy.nodes("[name]").map((node) => ({
      id: node.id(), ...node.position(), width: node.width() * TOUCH, height: node.height() * TOUCH,
      weight: node.data("weight") as number,
    })); // prettier-ignore
  }

  /** Where the names of actors would stand; bold ones are wider. */
  private names(): Label[] {
    const height = nameSize(this.scale);
    return this.cy.nodes("[name]").map((node) => ({
      id: node.id(),
      x: node.position("x"),
      y: node.position("y") + node.height() / 2 + height * 0.8,
      width: (node.data("name") as string).length * height * (node.hasClass("hub") ? 0.64 : 0.56),
      height: height * 1.15,
      weight: node.data("weight") as number,
    }));
  }

  /** Titles of blocs. */
  private titles(): Label[] {
    const height = nameSize(this.scale) * 1.2;
    return this.cy.nodes(":parent").map((node) => ({
      id: node.id(),
      x: node.position("x"),
      y: node.position("y") - node.outerHeight() / 2 - height * 0.6,
      width: (node.data("title") as string).length * height * 0.62,
      height: height * 1.1,
      weight: 0.5,
    }));
  }

  /** What stands along ties. */
  private stances(): Label[] {
    const height = nameSize(1) * 0.83;
    return this.cy.edges(".labelled").map((edge) => {
      const [from, to] = [edge.source().position(), edge.target().position()];
      const width = (edge.data("label") as string).length * height * 0.56;
      const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
      return { id: edge.id(), ...middle, ...along(to.x - from.x, to.y - from.y, width, height), weight: -1 };
    });
  }

  relayout(pinned: readonly string[]): void {
    if (this.cy.nodes(":parent").nonempty()) return this.fit();
    this.cy.batch(() => this.spread());
    this.layout(pinned, true);
  }

  pick(id: string): void {
    this.cy.elements(".picked").removeClass("picked");
    if (!id) return;
    const found = this.cy.getElementById(id.includes("~") ? `t:${id}` : `n:${id}`);
    found.addClass("picked");
    if (!id.includes("~") && found.nonempty()) this.at = id;
  }

  /** Take the colours of the page again, after its theme has changed. */
  recolour(): void {
    this.cy.style(look(this.scale));
  }

  png(): Blob {
    return this.cy.png({ output: "blob", full: true, scale: 2, bg: background(), maxWidth: 4096, maxHeight: 4096 });
  }

  /** Where an actor or a tie is drawn, in pixels of the page; null where it is not. For tests. */
  whereIs(id: string): { x: number; y: number } | null {
    const box = this.place.getBoundingClientRect();
    const node = this.cy.getElementById(`n:${id}`) as unknown as NodeSingular;
    const edge = this.cy.getElementById(`t:${id}`) as unknown as EdgeSingular;
    if (node.empty() && edge.empty()) return null;
    const at = node.nonempty() ? node.renderedPosition() : edge.renderedMidpoint();
    return { x: box.x + at.x, y: box.y + at.y };
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const directions: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    }; // prettier-ignore
    const direction = directions[event.key];
    const doing: Record<string, () => void> = {
      Enter: () => this.actions.expand(this.at),
      " ": () => this.actions.pick(this.at),
      h: () => this.actions.hide(this.at),
      p: () => this.actions.pin(this.at),
      u: () => this.actions.undo(),
      w: () => this.nextTie(),
      "+": () => this.zoom(1.25),
      "-": () => this.zoom(0.8),
      "0": () => this.fit(),
    };
    if (direction) this.step(direction);
    else if (doing[event.key]) doing[event.key]?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private zoom(by: number): void {
    this.fitted = false;
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  /** To the nearest actor that lies in a direction, preferring those straight ahead. */
  private step([dx, dy]: [number, number]): void {
    const here = this.cy.getElementById(`n:${this.at}`) as unknown as NodeSingular;
    if (here.empty()) return;
    const from = here.position();
    let best: { id: string; cost: number } | null = null;
    this.cy.nodes("[name]").forEach((node) => {
      const x = node.position("x") - from.x;
      const y = node.position("y") - from.y;
      const ahead = x * dx + y * dy;
      if (ahead <= 1) return;
      const cost = ahead + 2 * Math.abs(x * dy - y * dx);
      if (!best || cost < best.cost) best = { id: node.data("key") as string, cost };
    });
    if (best) this.goTo((best as { id: string }).id);
  }

  private goTo(id: string): void {
    this.at = id;
    this.cy.elements(".at").removeClass("at");
    const node = this.cy.getElementById(`n:${id}`) as unknown as NodeSingular;
    node.addClass("at");
    const ties = node.connectedEdges().length;
    this.actions.tell(`${node.data("full") as string}, ${words(node.data("kind") as string)}, ${plural(ties, "tie")}`);
    const box = node.renderedBoundingBox();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > this.cy.width() || box.y2 > this.cy.height()) this.cy.center(node);
  }

  /** The next tie of the actor where the keyboard is, with its panel. */
  private nextTie(): void {
    const ids = this.cy
      .getElementById(`n:${this.at}`)
      .connectedEdges()
      .map((edge) => edge.data("key") as string);
    const picked = this.cy.edges(".picked")[0]?.data("key") as string | undefined;
    const next = ids[(ids.indexOf(picked ?? "") + 1) % ids.length];
    if (next) this.actions.pick(next);
  }
}

/** The events of each actor in the ties shown; hubs before all. */
function weightsOf({ nodes, ties }: Shown): Map<string, number> {
  const weight = new Map(nodes.map((node) => [node.id, node.hub ? HUB : 0]));
  for (const tie of ties) {
    for (const id of [tie.one, tie.other]) weight.set(id, (weight.get(id) ?? 0) + tie.events);
  }
  return weight;
}

function blocsOf(nodes: readonly GraphNode[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { bloc, hub, name } of nodes) if (bloc && hub) found.set(bloc, `Bloc of ${shortened(name, NAME)}`);
  return found;
}

function nodeOf(node: GraphNode, pinned: boolean, weight: number, blocs: readonly string[]): ElementDefinition {
  const place = blocs.indexOf(node.bloc);
  const classes = [`kind-${node.kind}`, node.hub && "hub", pinned && "pinned", place >= 0 && `bloc-${place % BLOC_COLOURS}`];
  return {
    data: {
      id: `n:${node.id}`, key: node.id, name: shortened(node.name, NAME), full: shortened(node.name, 200), kind: node.kind, weight,
      ...(place >= 0 ? { parent: `b:${node.bloc}` } : {}),
    },
    classes: classes.filter(Boolean).join(" "),
  }; // prettier-ignore
}

/** `many` leaves the labels out; `most` is the number of events of the widest tie. */
function edgeOf(tie: Tie, hubs: ReadonlySet<string>, many: boolean, most: number): ElementDefinition {
  const isAmong = !hubs.has(tie.one) && !hubs.has(tie.other);
  const changed: Record<string, string> = { came: "came", went: "went", stance: "stance-changed" };
  const classes = [
    tie.stance,
    tie.formal.length > 0 && "formal",
    tie.stance === "formal" && "only",
    tie.events > 0 && tie.planned === tie.events && "planned",
    isAmong && "among",
    !many && !isAmong && tie.stance !== "formal" && "labelled",
    changed[tie.change],
  ];
  const label = tie.stance === "formal" ? words(tie.formal[0] ?? "") : `${tie.stance} ${signed(tie.score)}`;
  return {
    data: {
      id: `t:${tie.id}`, key: tie.id, source: `n:${tie.one}`, target: `n:${tie.other}`, label,
      width: tie.stance === "formal" ? 2 : 1 + (isAmong ? 3 : 7) * (Math.log1p(tie.events) / Math.log1p(most)),
    },
    classes: classes.filter(Boolean).join(" "),
  }; // prettier-ignore
}
