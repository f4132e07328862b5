// Short notices that disappear again; screen readers announce them.

import { h, iconButton } from "./dom.js";

const SHOWN_MS = 6000;

/** Returns the region for the page and `say(sentence)`. */
export function createToasts() {
  const element = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  const say = (sentence) => {
    const toast = h(
      "div",
      { class: "toast" },
      h("span", {}, sentence),
      iconButton("close", "Dismiss", () => toast.remove()),
    );
    element.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS);
  };
  return { element, say };
}
