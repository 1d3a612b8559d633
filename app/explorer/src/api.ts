/** Questions to the API of this same server: keys, problems in their own words, answers kept. */

export class Trouble extends Error {
  /** `status` is 0 where nothing answered. */
  constructor(
    readonly title: string,
    detail: string,
    readonly status: number,
    readonly requestId = "",
  ) {
    super(detail);
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

const KEY = "westphalia-key";
const SECONDS = 40;
const KEPT = 60;

let askForKey: (why: string) => Promise<string | null> = () => Promise.resolve(null);
let asking: Promise<string | null> | null = null;
const kept = new Map<string, { tag: string; body: unknown }>();

/** Whom to ask for an API key when one is needed; null is answered by who has none. */
export function onKeyNeeded(ask: (why: string) => Promise<string | null>): void {
  askForKey = ask;
}

export function address(path: string, query: Query = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
  return `.${path}${text ? `?${text}` : ""}`;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const url = address(path, query);
  const known = kept.get(url);
  const headers: Record<string, string> = known ? { "If-None-Match": known.tag } : {};
  const answer = await send(url, { headers, ...(signal ? { signal } : {}) });
  if (answer.status === 304 && known) return known.body as T;
  const body = (await answer.json()) as T;
  const tag = answer.headers.get("etag");
  if (tag) {
    kept.delete(url);
    kept.set(url, { tag, body });
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  }
  return body;
}

export function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return send(`.${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

async function send(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
  for (let again = false; ; again = true) {
    const key = sessionStorage.getItem(KEY);
    const headers = key ? { ...init.headers, "X-API-Key": key } : init.headers;
    const limit = AbortSignal.timeout(SECONDS * 1000);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    let answer: Response;
    try {
      answer = await fetch(url, { ...init, headers, signal, cache: "no-store" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw limit.aborted
        ? new Trouble("No answer in time", `The server has not answered within ${SECONDS} seconds.`, 0)
        : new Trouble("The server does not answer", "It may have stopped, or the connection is gone.", 0);
    }
    if (answer.ok || answer.status === 304) return answer;
    const problem = await troubleOf(answer);
    if (answer.status !== 401) throw problem;
    const why = again || key ? "This key is not accepted." : problem.message;
    asking ??= askForKey(why).finally(() => (asking = null));
    const given = await asking;
    if (given === null) throw problem;
    sessionStorage.setItem(KEY, given);
  }
}

async function troubleOf(answer: Response): Promise<Trouble> {
  let title = `The server answers ${answer.status}`;
  let detail = answer.statusText;
  let id = answer.headers.get("x-request-id") ?? "";
  try {
    const body = (await answer.json()) as Record<string, unknown>;
    if (typeof body["title"] === "string") title = body["title"];
    if (typeof body["detail"] === "string") detail = body["detail"];
    if (typeof body["request_id"] === "string") id = body["request_id"];
  } catch {
    // No problem document: what the status says must do.
  }
  const wait = answer.headers.get("retry-after");
  return new Trouble(title, wait ? `${detail} (try again in ${wait} s)` : detail, answer.status, id);
}
