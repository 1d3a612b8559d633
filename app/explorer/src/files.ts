/** What is on screen as files for other programs. Pure. */

import type { Shown } from "./filter";

const TIE_FIELDS = [
  "one", "other", "stance", "score", "events", "planned", "formal", "first", "last",
] as const; // prettier-ignore

function xml(text: string): string {
  // What XML 1.0 cannot hold becomes the replacement character, as in the API's own exports.
  const whole = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return whole.replace(/[&<>"]/g, (letter) => named[letter] ?? letter);
}

export function asGraphml({ nodes, ties }: Shown): string {
  const keys = [
    ...["name", "kind", "country"].map((name) => ["node", name, "string"]),
    ...["stance", "formal", "first", "last"].map((name) => ["edge", name, "string"]),
    ["edge", "score", "double"],
    ["edge", "events", "int"],
    ["edge", "planned", "int"],
  ];
  const data = (name: string, value: string | number | null): string =>
    value === "" || value === null ? "" : `<data key="${name}">${xml(String(value))}</data>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys.map(([of, name, type]) => `<key id="${name}" for="${of}" attr.name="${name}" attr.type="${type}"/>`),
    '<graph edgedefault="undirected">',
    ...nodes.map(
      (n) => `<node id="${xml(n.id)}">${data("name", n.name)}${data("kind", n.kind)}${data("country", n.country)}</node>`,
    ),
    ...ties.map(
      (t) =>
        `<edge source="${xml(t.one)}" target="${xml(t.other)}">` +
        data("stance", t.stance) + data("formal", t.formal.join(" ")) + data("score", t.score) +
        data("events", t.events) + data("planned", t.planned) + data("first", t.first) +
        data("last", t.last) + "</edge>", // prettier-ignore
    ),
    "</graph>",
    "</graphml>",
    "",
  ].join("\n");
}

export function asJson({ nodes, ties }: Shown): string {
  return `${JSON.stringify({ nodes, ties }, null, 1)}\n`;
}

/** One field of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe. */
export function csvField(value: string | number): string {
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function asCsv({ nodes, ties }: Shown): string {
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const rows = ties.map((tie) => [
    names.get(tie.one) ?? "",
    names.get(tie.other) ?? "",
    ...TIE_FIELDS.map((field) => (field === "formal" ? tie.formal.join(" ") : (tie[field] as string | number))),
  ]);
  const head = ["one_name", "other_name", ...TIE_FIELDS];
  return [head, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}
