/** Puts the parts together: one view, drawn anew whenever it changes, and every change in the
 * address, so that Back and undo are the same thing. */

import type { Canvas } from "./canvas";
import { add, button, fill, h, plural, shortened } from "./dom";
import { exportMenu } from "./export";
import { census, shown, type Shown, type TypeOf } from "./filter";
import { finder } from "./find";
import { legend } from "./legend";
import { forget, load, loadStart, loadTypes, neo4jLink, type Loaded } from "./load";
import { tieId, type Graph } from "./model";
import { actorPanel, changesPanel, tiePanel, type PanelActions } from "./panel";
import { reader } from "./read";
import { failed, filling, messageOf, waiting } from "./states";
import { startPage } from "./start";
import { tables } from "./table";
import { themeButton } from "./theme";
import { fromAddress, MODES, sameData, START, toAddress, toggled, type Mode, type View } from "./view";
import { when } from "./when";
import { blocsPanel, pathsPanel } from "./ways";

/** Acts of before are told of as history, and would stretch the slider. */
const SENSIBLE = "1990";
/** Where the slider begins for pictures whose ties tell no days. */
const USUAL = "2015-01-01";
const NEO4J_TRIES = new Map<string, Promise<string | null>>();

export class App {
  private view: View = fromAddress(location.search);
  private loaded: Loaded | null = null;
  private loadedFor: View | null = null;
  private visible: Shown = { nodes: [], ties: [] };
  private typeOf: TypeOf = () => "";
  private canvas: Canvas | null = null;
  /** What the picture was last drawn of. */
  private drawn: unknown[] = [];
  private control = new AbortController();
  private byKeyboard = false;
  private panelOf = "";
  private readonly drawable = document.createElement("canvas").getContext("2d") !== null;

  private readonly search = finder("Find an actor", (hit) => this.centre(hit.id), "Find an actor: a name, an alias  ( / )");
  private readonly from = finder("From", (hit) => this.go({ from: hit.id, pick: "" }), "From");
  private readonly to = finder("To", (hit) => this.go({ to: hit.id, pick: "" }), "To");
  private readonly tone = h(
    "select",
    { "aria-label": "Kind of ties", onchange: () => this.go({ tone: this.tone.value as View["tone"], pick: "" }) },
    ...["friendly", "hostile", "any"].map((tone) => h("option", { value: tone }, `${tone} ties`)),
  );
  private readonly pathForm = h("div", { class: "path-form", hidden: true }, this.from.element, this.to.element, this.tone);
  private readonly nav = h("nav", { "aria-label": "Views" }, ...MODES.map((mode) => this.tab(mode, mode.charAt(0).toUpperCase() + mode.slice(1))));
  private readonly graphPlace = h("div", {
    class: "canvas", tabindex: 0, role: "application", "aria-describedby": "graph-help",
    "aria-label": "Graph of ties",
  }); // prettier-ignore
  private readonly tablePlace = h("div", { class: "tables", hidden: true });
  private readonly frontPlace = h("div", { class: "front", hidden: true });
  private readonly status = h("div", { class: "status-line", role: "status" });
  private readonly spoken = h("div", { class: "unseen", "aria-live": "polite" });
  private readonly cover = h("div", { class: "cover", hidden: true });
  private readonly legendPlace = h("aside", { class: "legend", "aria-label": "Legend and filter" });
  private readonly panelBody = h("div", { class: "panel-body" });
  private readonly panel = h(
    "aside",
    { class: "panel", "aria-label": "Why", hidden: true },
    button("×", () => this.go({ pick: "", compare: this.view.pick ? this.view.compare : "" }), { class: "close", "aria-label": "Close the panel" }),
    this.panelBody,
  );
  private readonly whenBar = when({
    asOf: (asOf, passing) => this.go({ asOf }, passing),
    compare: (compare) => void this.go({ compare, pick: "" }),
  });
  private readonly tableButton = button("Table", () => this.go({ table: !this.view.table }), { "aria-pressed": "false" });
  private readonly tools = h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Tools" },
    button("Undo", () => this.undo(), { title: "Back to the view before (u)" }),
    button("Show all", () => this.go({ hide: [], off: [] }), { title: "Show what was hidden or filtered out" }),
    button("Fit", () => this.canvas?.fit(), { class: "of-graph" }),
    button("Arrange", () => this.canvas?.relayout(this.view.pin), { class: "of-graph" }),
    this.tableButton,
    exportMenu(() => this.visible, () => this.canvas?.png() ?? null, () => this.view.actor || this.view.mode),
  );
  private readonly stage = h(
    "main",
    { class: "stage" },
    this.tools, this.status, this.graphPlace, this.tablePlace, this.frontPlace, this.cover,
    h("p", { id: "graph-help", class: "unseen" }, "Arrow keys go from actor to actor, Enter shows or hides its partners, Space says why, W goes through its ties, H hides, P pins, U undoes, plus and minus zoom."),
    this.spoken,
  ); // prettier-ignore

  constructor(private readonly root: HTMLElement) {
    add(
      root,
      h("header", {}, h("a", { class: "brand", href: "./", onclick: (event: MouseEvent) => this.home(event) }, "Westphalia"), this.search.element, this.nav, themeButton(() => this.canvas?.recolour())),
      this.pathForm,
      h("div", { class: "middle" }, this.legendPlace, this.stage, this.panel),
      this.whenBar.element,
    );
    addEventListener("popstate", () => {
      this.whenBar.stop();
      this.view = fromAddress(location.search);
      void this.render();
    });
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("pointerdown", () => (this.byKeyboard = false), true);
    loadTypes().then(
      (typeOf) => {
        this.typeOf = typeOf;
        if (this.loaded) this.draw(false);
      },
      () => undefined,
    );
    void this.render();
  }

  /** Change the view; `passing` leaves no trace in the history. Resolves when it is drawn. */
  go(change: Partial<View>, passing = false): Promise<void> {
    if (!passing) this.whenBar.stop();
    const next = { ...this.view, ...change };
    const address = toAddress(next);
    const deep = (history.state as { deep?: number } | null)?.deep ?? 0;
    if (address !== toAddress(this.view)) {
      if (passing) history.replaceState({ deep }, "", address || "./");
      else history.pushState({ deep: deep + 1 }, "", address || "./");
    }
    this.view = next;
    return this.render();
  }

  private undo(): void {
    if (((history.state as { deep?: number } | null)?.deep ?? 0) > 0) history.back();
    else this.tell("There is nothing to undo.");
  }

  private tell(text: string): void {
    this.spoken.textContent = text;
  }

  private home(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.search.set("");
    void this.go({ ...START });
  }

  private tab(mode: Mode, title: string): HTMLButtonElement {
    return button(title, () => this.go({ mode, pick: "", ...(mode === "paths" && !this.view.from ? { from: this.view.actor } : {}) }), { "data-mode": mode });
  }

  private centre(id: string): void {
    void this.go({ ...START, actor: id, asOf: this.view.asOf, table: this.view.table });
  }

  private expand(id: string): void {
    const { mode, actor, open } = this.view;
    if (!id || id === actor) return;
    if (mode !== "ties") this.centre(id);
    else void this.go({ open: toggled(open, id) });
  }

  private hide(id: string): void {
    if (id && id !== this.view.actor) void this.go({ hide: toggled(this.view.hide, id), pick: "" });
  }

  private pin(id: string): void {
    if (id) void this.go({ pin: toggled(this.view.pin, id) });
  }

  private readonly actions: PanelActions = {
    expand: (id) => this.expand(id),
    centre: (id) => this.centre(id),
    hide: (id) => this.hide(id),
    pin: (id) => this.pin(id),
    pathFrom: (id) => void this.go({ mode: "paths", from: id, to: "", pick: "" }),
    pick: (id) => void this.go({ pick: id }),
    isCentre: (id) => id === this.view.actor,
    isOpen: (id) => this.view.open.includes(id),
    isPinned: (id) => this.view.pin.includes(id),
    neo4j: (id) => {
      const asked = NEO4J_TRIES.get(id) ?? neo4jLink(id);
      NEO4J_TRIES.set(id, asked);
      asked.catch(() => NEO4J_TRIES.delete(id));
      return asked;
    },
  };

  private key(event: KeyboardEvent): void {
    this.byKeyboard = true;
    const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
    if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.search.input.focus();
      this.search.input.select();
    } else if (event.key === "Escape" && this.view.pick) void this.go({ pick: "" });
    else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !inField) {
      event.preventDefault();
      this.undo();
    }
  }

  private async render(): Promise<void> {
    const { view } = this;
    for (const tab of this.nav.children) {
      if (tab.getAttribute("data-mode") === view.mode) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    this.whenBar.set(view.asOf, view.compare);
    this.tone.value = view.tone;
    const asks = view.mode === "paths" ? view.from && view.to : view.mode === "blocs" || view.actor;
    const isFront = view.mode === "read" || !asks;
    this.root.setAttribute("data-front", String(isFront));
    this.pathForm.hidden = view.mode !== "paths";
    this.whenBar.element.hidden = isFront;
    this.tools.hidden = this.legendPlace.hidden = isFront;
    this.frontPlace.hidden = !isFront;
    if (isFront) return this.front();
    const fresh = !this.loadedFor || !sameData(this.loadedFor, view) || this.loadedFor.compare !== view.compare;
    if (fresh && !(await this.fetch())) return;
    if (this.view !== view) return;
    this.draw(false);
  }

  private front(): void {
    this.control.abort();
    this.cover.hidden = true;
    this.panel.hidden = true;
    this.panelOf = "";
    this.graphPlace.hidden = this.tablePlace.hidden = true;
    this.drawn = [];
    this.status.textContent = "";
    document.title = "Westphalia: who did what to whom";
    if (this.view.mode === "read") {
      if (!this.frontPlace.querySelector(".read")) fill(this.frontPlace, reader());
    } else if (this.view.mode === "paths") {
      fill(this.frontPlace, h("h1", {}, "How are they linked?"), h("p", { class: "lead" }, "Choose two actors above."));
      this.nameEnds();
    } else {
      const choose = (id: string): void => this.centre(id);
      void filling(this.frontPlace, "Looking at what is stored", loadStart, (found) => startPage(found, choose));
    }
  }

  private nameEnds(): void {
    for (const [box, id] of [[this.from, this.view.from], [this.to, this.view.to]] as const) {
      if (document.activeElement !== box.input) box.set(this.loaded?.graph.nodes.get(id)?.name ?? id);
    }
  }

  /** Ask for what the view needs. False where that failed, or was overtaken by another view. */
  private async fetch(): Promise<boolean> {
    this.control.abort();
    const control = (this.control = new AbortController());
    const { view } = this;
    const afresh = !this.loadedFor || this.loadedFor.actor !== view.actor || this.loadedFor.mode !== view.mode;
    this.cover.hidden = false;
    this.cover.classList.toggle("light", !afresh);
    const done = waiting(this.cover, "Looking for ties");
    try {
      const [found] = await Promise.all([load(view, control.signal), this.prepare()]);
      if (control.signal.aborted) return false;
      this.loaded = found;
      this.loadedFor = view;
      this.cover.hidden = true;
      this.draw(afresh || view.mode !== "ties");
      this.setBounds();
      found.more?.then(
        (graph) => this.drawMore(found, graph),
        (error: unknown) => {
          if (control.signal.aborted) return;
          found.graph.notes.push(`The ties among partners could not be read: ${messageOf(error).detail}`);
          if (this.loaded === found) this.tellStatus();
        },
      );
      return true;
    } catch (error) {
      if (control.signal.aborted) return false;
      this.whenBar.stop();
      this.cover.classList.remove("light");
      this.loadedFor = null;
      fill(this.cover, failed(error, () => {
        forget();
        void this.render();
      })); // prettier-ignore
      return false;
    } finally {
      done();
    }
  }

  private drawMore(found: Loaded, graph: Graph): void {
    found.graph = graph;
    if (this.loaded === found && !this.frontPlace.checkVisibility()) this.draw(false);
  }

  private earliest = { actor: "", day: "" };

  /** The slider begins with the first tie of the actor that has been seen. */
  private setBounds(): void {
    const { loaded, view, earliest } = this;
    const days = [...(loaded?.graph.ties.values() ?? [])].map((tie) => tie.first).filter((day) => day > SENSIBLE);
    const known = earliest.actor === view.actor && earliest.day ? [earliest.day] : [];
    if (days.length === 0) days.push(USUAL);
    const day = [...days, ...known, view.asOf, view.compare].filter(Boolean).sort()[0] ?? USUAL;
    this.earliest = { actor: view.actor, day };
    this.whenBar.bounds(day);
    this.whenBar.set(view.asOf, view.compare);
  }

  private async prepare(): Promise<void> {
    if (this.canvas || !this.drawable) return;
    const { Canvas } = await import("./canvas");
    this.canvas ??= new Canvas(this.graphPlace, {
      pick: (id) => id !== this.view.pick && void this.go({ pick: id }),
      expand: (id) => this.expand(id),
      hide: (id) => this.hide(id),
      pin: (id) => this.pin(id),
      undo: () => this.undo(),
      tell: (text) => this.tell(text),
    });
    // For tests and measurements, which cannot look into a canvas.
    const explorer = { whereIs: (id: string) => this.canvas?.whereIs(id), pick: (id: string) => void this.go({ pick: id }) };
    Object.assign(window, { explorer });
  }

  private draw(afresh: boolean): void {
    const { view, loaded } = this;
    if (!loaded) return;
    const isTable = view.table || !this.drawable;
    const parts = [loaded, loaded.graph, this.typeOf, isTable, ...[view.off, view.hide, view.pin].map(String)];
    // Where only the panel is another one, the picture stays as it is.
    if (afresh || parts.some((part, n) => part !== this.drawn[n])) this.drawAll(afresh, isTable);
    this.drawn = parts;
    this.canvas?.pick(view.pick);
    if (view.mode === "paths") this.nameEnds();
    else if (view.mode === "ties" && document.activeElement !== this.search.input) this.search.set(loaded.title);
    this.explain();
  }

  private drawAll(afresh: boolean, isTable: boolean): void {
    const { view, loaded } = this;
    if (!loaded) return;
    this.visible = shown(loaded.graph, view.off, view.hide, this.typeOf);
    this.graphPlace.hidden = isTable;
    this.tablePlace.hidden = !isTable;
    this.tools.classList.toggle("as-table", isTable);
    this.tableButton.textContent = isTable ? "Graph" : "Table";
    this.tableButton.setAttribute("aria-pressed", String(isTable));
    legend(this.legendPlace, census(loaded.graph, this.typeOf), view.off, (item) => void this.go({ off: toggled(this.view.off, item) }));
    if (isTable) tables(this.tablePlace, this.visible, (id) => void this.go({ pick: id }));
    this.canvas?.show(this.visible, view.pin, afresh);
    performance.mark("drawn");
    this.tellStatus();
  }

  private tellStatus(): void {
    const { loaded, view } = this;
    if (!loaded) return;
    const { nodes, ties } = this.visible;
    const notes = [...loaded.graph.notes];
    const total = loaded.graph.ties.size;
    if (ties.length < total) notes.push(`${total - ties.length} of ${total} ties are filtered out or hidden`);
    const about = view.mode === "ties" ? `${shortened(loaded.title, 60)}: ` : "";
    const what = nodes.length <= 1 && view.mode === "ties"
      ? `${shortened(loaded.title, 60)} has no ties up to ${view.asOf || "today"}.`
      : `${about}${plural(nodes.length, "actor")}, ${plural(ties.length, "tie")}. ${notes.join(". ")}${notes.length > 0 ? "." : ""}`;
    if (this.status.textContent !== what) this.status.textContent = what;
    document.title = view.mode === "ties" ? `${shortened(loaded.title, 60)} · Westphalia` : `Westphalia: ${view.mode}`;
  }

  /** The panel: of what is picked, else of the comparison, the paths or the blocs. */
  private explain(): void {
    const { view, loaded } = this;
    const of = JSON.stringify([view.mode, view.pick, view.asOf, view.pick ? "" : [view.compare, view.from, view.to, view.tone], view.pick.includes("~") ? "" : [view.open, view.pin]]);
    const pick = (id: string): void => void this.go({ pick: id });
    const isShown = Boolean(view.pick || loaded?.changes || loaded?.paths || loaded?.blocs);
    this.panel.hidden = !isShown;
    if (!isShown) this.panelOf = "";
    if (!isShown || this.panelOf === of) return;
    this.panelOf = of;
    performance.mark("panel-start");
    let ready: Promise<void> = Promise.resolve();
    const [one, other] = view.pick.split("~");
    if (one && other) {
      const nameOf = (id: string): string => loaded?.graph.nodes.get(id)?.name ?? id;
      ready = tiePanel(this.panelBody, one, other, view.asOf, nameOf, loaded?.partners.get(tieId(one, other)));
    }
    else if (one) ready = actorPanel(this.panelBody, one, view.asOf, this.actions);
    else if (loaded?.changes) changesPanel(this.panelBody, loaded.title, loaded.changes, pick);
    else if (loaded?.paths) fill(this.panelBody, ...pathsPanel(loaded.paths, pick));
    else if (loaded?.blocs) fill(this.panelBody, ...blocsPanel(loaded.blocs, pick));
    this.panelBody.scrollTop = 0;
    void ready.then(() => {
      performance.measure("panel", "panel-start");
      if (this.byKeyboard && this.panelOf === of && view.pick) this.panelBody.querySelector("h2")?.focus();
    });
  }
}
