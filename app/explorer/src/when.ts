/** The day of everything shown: a slider over months, an exact day, play, and a day to compare with. */

import { button, h } from "./dom";

export interface When {
  element: HTMLElement;
  /** Show these days, "" being today and no comparison; `first` and `last` bound the slider. */
  set(asOf: string, compare: string): void;
  bounds(first: string): void;
  stop(): void;
}

interface WhenActions {
  asOf(day: string, passing: boolean): Promise<void>;
  compare(day: string): void;
}

const STEPS = 36;
const PAUSE_MS = 700;

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Months since the year 0, and the last day of such a month. Pure. */
export function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

export function lastDayOf(month: number): string {
  return new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).toISOString().slice(0, 10);
}

export function when(actions: WhenActions): When {
  const now = today();
  const end = monthOf(now);
  const slider = h("input", { type: "range", min: end - 120, max: end, value: end, step: 1, "aria-label": "Month of the picture" });
  const asOf = h("input", { type: "date", max: now, "aria-label": "As of" });
  const compare = h("input", { type: "date", max: now, "aria-label": "Compare with" });
  const play = button("Play", () => (playing ? stop() : void run()), { "aria-pressed": "false" });
  const label = h("output", { class: "day" });
  let playing = false;

  const dayAt = (month: number): string => (month >= end ? "" : lastDayOf(month));
  const tell = (day: string): void => {
    label.textContent = day || "today";
    slider.setAttribute("aria-valuetext", day || "today");
  };

  function stop(): void {
    playing = false;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }

  async function run(): Promise<void> {
    playing = true;
    play.textContent = "Stop";
    play.setAttribute("aria-pressed", "true");
    const first = Number(slider.min);
    let month = Number(slider.value) >= end ? first : Number(slider.value);
    const step = Math.max(1, Math.ceil((end - first) / STEPS));
    while (playing) {
      slider.value = String(month);
      tell(dayAt(month));
      const shown = actions.asOf(dayAt(month), true);
      await Promise.all([shown, new Promise((done) => setTimeout(done, PAUSE_MS))]);
      if (month >= end) break;
      month = Math.min(end, month + step);
    }
    stop();
  }

  slider.addEventListener("input", () => tell(dayAt(Number(slider.value))));
  slider.addEventListener("change", () => {
    stop();
    void actions.asOf(dayAt(Number(slider.value)), false);
  });
  asOf.addEventListener("change", () => {
    stop();
    if (asOf.validity.valid) void actions.asOf(asOf.value, false);
  });
  compare.addEventListener("change", () => {
    if (compare.validity.valid) actions.compare(compare.value);
  });
  const element = h(
    "section",
    { class: "when", "aria-label": "When" },
    play,
    slider,
    label,
    h("label", {}, h("span", {}, "As of"), asOf),
    h("label", {}, h("span", {}, "Compare with"), compare),
    button("Today", () => {
      stop();
      void actions.asOf("", false);
    }),
  );
  return {
    element,
    set: (day, other) => {
      asOf.value = day;
      compare.value = other;
      slider.value = String(day ? monthOf(day) : end);
      tell(day);
    },
    bounds: (first) => {
      slider.min = String(Math.min(monthOf(first), end - 1));
    },
    stop,
  };
}
