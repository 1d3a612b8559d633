/** Light, dark, or as the system says. */

const NAME = "westphalia-theme";
const ORDER = ["auto", "light", "dark"] as const;
type Theme = (typeof ORDER)[number];

function stored(): Theme {
  const found = localStorage.getItem(NAME);
  return ORDER.find((theme) => theme === found) ?? "auto";
}

function apply(theme: Theme): void {
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}

/** A button that goes through the three; `changed` is told of each change, the system's too. */
export function themeButton(changed: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  const show = (): void => {
    element.textContent = { auto: "◐", light: "☀", dark: "☾" }[stored()];
    element.setAttribute("aria-label", `Colours: ${stored()}`);
    element.title = `Colours: ${stored()}`;
  };
  element.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length] ?? "auto";
    localStorage.setItem(NAME, next);
    apply(next);
    show();
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  apply(stored());
  show();
  return element;
}
