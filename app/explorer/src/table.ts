/** Everything that the graph shows, as tables that can be sorted. */

import { button, count, fill, h, shortened, signed, words } from "./dom";
import type { Shown } from "./filter";
import type { GraphNode, Tie } from "./model";

interface Column<T> {
  title: string;
  value(item: T): string | number;
  text?(item: T): string;
}

interface Sorting {
  place: number;
  down: boolean;
}

const kept = new Map<string, Sorting>();

export function tables(place: HTMLElement, { nodes, ties }: Shown, pick: (id: string) => void): void {
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const name = (id: string): string => names.get(id) ?? id;
  const tieColumns: Column<Tie>[] = [
    { title: "Between", value: (tie) => name(tie.one) },
    { title: "and", value: (tie) => name(tie.other) },
    { title: "Stance", value: (tie) => tie.stance },
    { title: "Score", value: (tie) => tie.score, text: (tie) => (tie.stance === "formal" ? "–" : signed(tie.score)) },
    { title: "Events", value: (tie) => tie.events, text: (tie) => count(tie.events) },
    { title: "Planned", value: (tie) => tie.planned },
    { title: "Commitments", value: (tie) => tie.formal.map(words).join(", ") },
    { title: "First", value: (tie) => tie.first },
    { title: "Last", value: (tie) => tie.last },
  ];
  const degree = new Map<string, number>();
  for (const tie of ties) for (const id of [tie.one, tie.other]) degree.set(id, (degree.get(id) ?? 0) + 1);
  const nodeColumns: Column<GraphNode>[] = [
    { title: "Actor", value: (node) => node.name },
    { title: "Id", value: (node) => node.id },
    { title: "Kind", value: (node) => words(node.kind) },
    { title: "Country", value: (node) => node.country ?? "" },
    { title: "Ties shown", value: (node) => degree.get(node.id) ?? 0 },
  ];
  fill(
    place,
    table("Ties", ties, tieColumns, { place: 4, down: true }, (tie) => tie.id, pick),
    table("Actors", nodes, nodeColumns, { place: 4, down: true }, (node) => node.id, pick),
  );
}

function table<T>(
  caption: string,
  items: readonly T[],
  columns: readonly Column<T>[],
  start: Sorting,
  id: (item: T) => string,
  pick: (id: string) => void,
): HTMLElement {
  const body = h("tbody", {});
  const heads = columns.map((column, n) =>
    h("th", { scope: "col" }, button(column.title, () => sort(n), { class: "sort" })),
  );
  const frame = h(
    "div",
    { class: "table", tabindex: 0, role: "region", "aria-label": `${caption}, a table` },
    h("table", {}, h("caption", {}, `${caption} (${count(items.length)})`), h("thead", {}, h("tr", {}, ...heads)), body),
  );
  let sorting = kept.get(caption) ?? start;

  function draw(): void {
    kept.set(caption, sorting);
    heads.forEach((head, n) => {
      if (n === sorting.place) head.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const column = columns[sorting.place];
    const sorted = [...items].sort((a, b) => {
      const [one, other] = [column?.value(a) ?? "", column?.value(b) ?? ""];
      const order = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en");
      return sorting.down ? -order : order;
    });
    fill(body, ...sorted.map(row));
  }

  function row(item: T): HTMLElement {
    const cells = columns.map((column, n) => {
      const value = column.value(item);
      const text = shortened(column.text ? column.text(item) : String(value), 80);
      const cell = n === 0 ? button(text, () => pick(id(item)), { class: "name", dir: "auto" }) : text;
      return h(n === 0 ? "th" : "td", n === 0 ? { scope: "row" } : { class: typeof value === "number" ? "number" : "", dir: "auto" }, cell);
    });
    return h("tr", {}, ...cells);
  }

  function sort(place: number): void {
    const numeric = typeof (items[0] && columns[place]?.value(items[0])) === "number";
    sorting = { place, down: sorting.place === place ? !sorting.down : numeric };
    draw();
  }

  draw();
  return frame;
}
