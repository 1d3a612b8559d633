/** Read a text with the coder: what was seen in it, what came of it, and why a sentence gave none. */

import { post, Trouble } from "./api";
import { bdi, button, fill, h, plural, shortened, words, type Child } from "./dom";
import { day, sure } from "./events";
import { pieces, type Mark } from "./marks";
import { handOver } from "./intake";
import { fetches, ingest } from "./openapi";
import { failed, filling, nothing } from "./states";
import type { Explanation, Extracted, ExtractedEnd, ExtractedEvent, PageFound } from "./types";

const MOST = 100_000;
const LONGEST_TITLE = 1000;
const UNSURE = 0.8;

export function reader(): HTMLElement {
  const title = h("input", { type: "text", name: "title", maxlength: LONGEST_TITLE, autocomplete: "off" });
  const date = h("input", { type: "date", name: "date" });
  const url = h("input", { type: "url", name: "url", autocomplete: "off", placeholder: "https://" });
  const text = h("textarea", { name: "text", rows: 8, placeholder: "Paste an article here", "aria-label": "Text of the article" });
  const address = h("label", { hidden: true }, h("span", {}, "Address"), url);
  const fetching = button("Fetch", () => void fetchPage(), { hidden: true });
  const found = h("div", { class: "found" });
  const outcome = h("div", { class: "outcome", role: "status" });
  const store = button("Ingest", () => void keep(), { hidden: true });

  function body(): Record<string, string> {
    const all = { text: text.value, title: title.value, date: date.value };
    return Object.fromEntries(Object.entries(all).filter(([name, value]) => name === "text" || value));
  }

  function read(): void {
    outcome.replaceChildren();
    if (!text.value.trim()) return void fill(found, h("p", { class: "nothing", role: "status" }, "There is no text to read yet."));
    if (text.value.length > MOST) return void fill(found, failed(new Trouble("The text is too long", `At most ${MOST} characters are read.`, 413)));
    const given = text.value;
    void filling(
      found,
      "Reading",
      async (signal) => {
        const asked = ["/v1/explain", "/v1/extract"].map((path) => post(path, body(), signal).then((answer) => answer.json()));
        return (await Promise.all(asked)) as [Explanation, Extracted];
      },
      ([explanation, extracted]) => shown(given, explanation, extracted),
    );
  }

  async function fetchPage(): Promise<void> {
    outcome.replaceChildren();
    const given = url.value.trim();
    if (!given) return void fill(found, nothing("There is no address to fetch yet."));
    fetching.disabled = true;
    await filling(
      found,
      "Fetching",
      async (signal) => (await post("/v1/pages", { url: given }, signal)).json() as Promise<PageFound>,
      (page) => {
        title.value = shortened(page.title, LONGEST_TITLE);
        date.value = page.date ?? "";
        url.value = page.url;
        text.value = page.text;
        queueMicrotask(read); // it fills the same place, which is this one's until then
        return [];
      },
    );
    fetching.disabled = false;
  }

  async function keep(): Promise<void> {
    store.disabled = true;
    await handOver({ ...body(), url: url.value }, outcome);
    store.disabled = false;
  }

  ingest().then(
    (can) => {
      store.hidden = can === null;
      if (can?.fields.includes("url")) address.hidden = false;
    },
    () => undefined,
  );
  fetches().then(
    (can) => {
      if (!can) return;
      address.hidden = fetching.hidden = false;
      text.placeholder = "Paste an article here, or fetch one from its address";
      url.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (!fetching.disabled) void fetchPage();
      });
    },
    () => undefined,
  );
  return h(
    "div",
    { class: "read" },
    h("h1", {}, "Read with it"),
    h("p", { class: "quiet" }, "The text is read by the same rules as everything in the store, and is not kept."),
    h(
      "form",
      { onsubmit: (event: Event) => {
        event.preventDefault();
        read();
      } }, // prettier-ignore
      h("div", { class: "row" }, h("label", {}, h("span", {}, "Title"), title), h("label", {}, h("span", {}, "Published on"), date), address, fetching),
      text,
      h("div", { class: "row" }, h("button", { type: "submit", class: "main" }, "Read"), store, outcome),
    ),
    found,
  );
}

function shown(text: string, explanation: Explanation, extracted: Extracted): Child[] {
  const problems = explanation.problems.map((problem) => h("p", { class: "failed" }, problem));
  const said = extracted.events.length > 0 ? plural(extracted.events.length, "event") : "No event";
  return [
    ...problems,
    h("p", { role: "status" }, `${said} in ${plural(explanation.sentences.length, "sentence")}.`),
    h(
      "div",
      { class: "sentences" },
      ...explanation.sentences.map((sentence) =>
        h("section", { class: "sentence" }, marked(text, sentence, extracted), beside(sentence, extracted)),
      ),
    ),
  ];
}

type Sentence = Explanation["sentences"][number];

function eventsOf(sentence: Sentence, extracted: Extracted): ExtractedEvent[] {
  return extracted.events.filter(({ evidence }) => evidence.start >= sentence.start && evidence.start < sentence.end);
}

function marked(text: string, sentence: Sentence, extracted: Extracted): HTMLElement {
  const within = (name: string, start: number, end: number): Mark => ({
    name, start: start - sentence.start, end: end - sentence.start,
  }); // prettier-ignore
  const marks: Mark[] = [
    ...sentence.mentions.map((item) => within(item.principal ? "mention" : "unknown", item.start, item.end)),
    ...eventsOf(sentence, extracted).map(({ evidence }) => within("trigger", evidence.trigger.start, evidence.trigger.end)),
    ...sentence.near_misses.map(({ trigger }) => within("miss", trigger.start, trigger.end)),
  ];
  const how = new Map(sentence.mentions.map((item) => [item.surface, item.how]));
  const inside = pieces(Array.from(text).slice(sentence.start, sentence.end).join(""), marks).map((piece) =>
    piece.names.length > 0
      ? h("mark", { class: piece.names.join(" "), title: how.get(piece.text) ?? piece.names.join(", ") }, piece.text)
      : piece.text,
  );
  return h("blockquote", { dir: "auto" }, ...inside);
}

function beside(sentence: Sentence, extracted: Extracted): HTMLElement {
  const found = eventsOf(sentence, extracted);
  const unsure = sentence.mentions.filter((item) => item.principal === null);
  return h(
    "div",
    { class: "beside-text" },
    ...found.map(eventOf),
    found.length === 0 ? h("p", { class: "none" }, `No event: ${sentence.why_none ?? "nothing was found in it"}`) : null,
    unsure.length > 0 ? h("p", { class: "quiet" }, "Unresolved: ", bdi(unsure.map((item) => `${item.surface} (${item.how})`).join(", "))) : null,
    found.length > 0 && sentence.near_misses.length > 0
      ? h("p", { class: "quiet" }, "Also seen: ", sentence.near_misses.map((miss) => `“${miss.trigger.text}”: ${miss.reason}`).join("; "))
      : null,
  );
}

function end(given: ExtractedEnd | null): Child {
  if (!given) return "nobody named";
  return h("span", {}, bdi(shortened(given.name, 60)), given.via ? h("span", { class: "quiet" }, " (", bdi(given.via.name), ")") : null);
}

function eventOf(event: ExtractedEvent): HTMLElement {
  return h(
    "p",
    { class: event.confidence < UNSURE ? "deed unsure" : "deed" },
    end(event.source),
    h("strong", {}, ` ${words(event.relation)} `),
    end(event.target),
    h("span", { class: `status ${event.status}` }, event.status),
    h("span", { class: "quiet" }, event.event_date ? day(event.event_date, null) : "no day"),
    sure(event.confidence),
    event.confidence < UNSURE ? h("span", { class: "status" }, "unsure") : null,
    event.attributed_to ? h("span", { class: "quiet" }, "said by ", bdi(event.attributed_to.name)) : null,
  );
}
