/** What this server can do beyond the common questions, as its own OpenAPI document says. */

import { get } from "./api";

interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content?: Record<string, { schema?: Schema }> } }>>;
  components?: { schemas?: Record<string, Schema> };
}

/** The fields that ingesting an article takes; null where the server has no such operation. */
export interface Ingest {
  fields: string[];
}

let asked: Promise<Document> | null = null;

export function ingestOf(document: Document): Ingest | null {
  const content = document.paths["/v1/articles"]?.["post"]?.requestBody?.content;
  const given = content?.["application/json"]?.schema;
  if (!given) return null;
  const name = given.$ref?.split("/").pop();
  const schema = name ? document.components?.schemas?.[name] : given;
  return { fields: Object.keys(schema?.properties ?? {}) };
}

/** Whether it fetches a page for whoever gives its address. */
export function takesPages(document: Document): boolean {
  return document.paths["/v1/pages"]?.["post"] !== undefined;
}

export function ingest(): Promise<Ingest | null> {
  return own().then(ingestOf);
}

export function fetches(): Promise<boolean> {
  return own().then(takesPages);
}

function own(): Promise<Document> {
  asked ??= get<Document>("/openapi.json");
  asked.catch(() => (asked = null));
  return asked;
}
