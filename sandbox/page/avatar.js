// Who speaks, as a small picture: initials on the person's own colour, or the sign of an app.

import { h, icon } from "./dom.js";

const HUES = 12;

/** "Dana Reed" -> "DR". */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word.replace(/[^\p{L}\p{N}]/gu, "")][0]).join("").toUpperCase() || "?";
}

/** The picture of a person or app; decoration, the name stands beside it. */
export function avatar(id, name, { app = false, own = false } = {}) {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES;
  return h(
    "span",
    { class: ["avatar", app && "avatar-app", own && "avatar-own"].filter(Boolean).join(" "), "aria-hidden": "true", data: { hue: String(hue) } },
    own ? icon("app") : initials(name),
  );
}
