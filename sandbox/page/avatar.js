// Avatars: initials on the person's colour, or an app icon.

import { h, icon } from "./dom.js";

/** "Dana Reed" -> "DR". */
function initials(name) {
  const words = name
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ""))
    .filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return (
    ends
      .map((word) => [...word][0])
      .join("")
      .toUpperCase() || "?"
  );
}

/** The avatar of an author (`authorOf` in message.js); decorative, because the name is next to it. */
export function avatar({ name, color = null, app = false, own = false }) {
  const node = h(
    "span",
    { class: ["avatar", app && "avatar-app", own && "avatar-own"].filter(Boolean).join(" "), "aria-hidden": "true" },
    own ? icon("app") : initials(name),
  );
  if (/^[0-9a-f]{6}$/i.test(color ?? "")) node.style.setProperty("--own-color", `#${color}`);
  return node;
}

/** The avatar of a user: a person or this workspace's app. */
export const avatarOf = (id, workspace) =>
  avatar({
    name: workspace.nameOf(id),
    color: workspace.person(id)?.color,
    app: workspace.isBot(id),
    own: id === workspace.bot.user_id,
  });
