// The emoji picker: a search field above a grid.

import { fill, h } from "./dom.js";
import { emojiCharacter, findEmoji, FREQUENT } from "./emoji.js";
import { float } from "./floating.js";

const SHOWN = 56;
const COLUMNS = 8;

/** Open next to a button; `onPick(name)` gets the name. */
export function openEmojiPicker(anchor, onPick) {
  const grid = h("div", { class: "emoji-grid" });
  const search = h("input", {
    type: "search",
    class: "field-input",
    placeholder: "Find an emoji",
    "aria-label": "Find an emoji",
  });
  const panel = h("div", { class: "emoji-picker", role: "dialog", "aria-label": "Choose an emoji" }, search, grid);

  const close = ({ back = true } = {}) => {
    removeEventListener("pointerdown", outside, true);
    if (back) anchor.focus({ preventScroll: true });
    anchor.setAttribute("aria-expanded", "false");
    floating.close();
  };
  const outside = (event) => {
    if (!panel.contains(event.target)) close({ back: false });
  };
  const pick = (name) => {
    close();
    onPick(name);
  };
  const draw = () => {
    const names = search.value
      ? findEmoji(search.value, SHOWN)
      : [...new Set([...FREQUENT, ...findEmoji("", SHOWN)])].slice(0, SHOWN);
    fill(
      grid,
      names.length
        ? names.map((name) =>
            h(
              "button",
              {
                type: "button",
                class: "emoji-choice",
                "aria-label": name.replaceAll("_", " "),
                title: `:${name}:`,
                on: { click: () => pick(name) },
              },
              emojiCharacter(name),
            ),
          )
        : h("p", { class: "choices-none" }, "Nothing found."),
    );
  };

  search.addEventListener("input", draw);
  panel.addEventListener("keydown", (event) => {
    const buttons = [...grid.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && at < 0) buttons[0]?.click();
    else if (event.key === "ArrowDown" && at < 0) buttons[0]?.focus();
    else if (at >= 0 && event.key.startsWith("Arrow")) {
      const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
      (buttons[at + by] ?? search).focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  draw();
  anchor.setAttribute("aria-expanded", "true");
  const floating = float(panel, anchor, { align: "end" });
  addEventListener("pointerdown", outside, true);
  search.focus();
}
