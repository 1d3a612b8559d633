/** Where in a quote the trigger and the mentions stand. Pure. */

import type { Evidence, Span } from "./types";

export interface Mark extends Span {
  name: string;
}

export interface Piece {
  text: string;
  /** Names of the marks that lie over it, none for plain text. */
  names: string[];
}

/** The text cut at the ends of marks. Offsets count characters, as the API does, not UTF-16 units;
 * marks may overlap, and what lies outside of the text is left out. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const letters = Array.from(text);
  const inside = marks
    .map((mark) => ({ ...mark, start: Math.max(0, mark.start), end: Math.min(letters.length, mark.end) }))
    .filter((mark) => mark.start < mark.end);
  const cuts = new Set([0, letters.length, ...inside.flatMap((mark) => [mark.start, mark.end])]);
  const places = [...cuts].sort((a, b) => a - b);
  const found: Piece[] = [];
  places.slice(0, -1).forEach((start, place) => {
    const end = places[place + 1] ?? letters.length;
    const names = inside.filter((mark) => mark.start <= start && mark.end >= end).map((mark) => mark.name);
    found.push({ text: letters.slice(start, end).join(""), names: [...new Set(names)] });
  });
  return found;
}

/** The pieces of a piece of evidence; its spans are offsets of the article, the quote begins later. */
export function quoted(evidence: Evidence): Piece[] {
  const at = (name: string, span: Span | null): Mark[] =>
    span ? [{ name, start: span.start - evidence.start, end: span.end - evidence.start }] : [];
  return pieces(evidence.quote, [
    ...at("trigger", evidence.trigger),
    ...at("source", evidence.source_span),
    ...at("target", evidence.target_span),
  ]);
}
