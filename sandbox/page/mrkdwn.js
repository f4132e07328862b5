// Slack's mrkdwn as DOM nodes: emphasis, code, quotes, links, mentions, dates, emoji. Never innerHTML.

import { h, safeUrl } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { addressOf } from "./address.js";
import { fillDateTokens, instant, longDate } from "./times.js";

/** "&lt;b&gt; &amp;" as the person wrote it. */
export const unescapeText = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const MARKS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const BARE_LINK = /https?:\/\/[^\s<>|]+[^\s<>|.,:;!?"')\]]/iy;
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/y;

/**
 * Nodes for a mrkdwn text. `context` is `{workspace, reader}`; `verbatim` leaves bare addresses alone.
 */
export function renderMrkdwn(text, context, { verbatim = false } = {}) {
  return fences(text ?? "").flatMap((part) =>
    part.code
      ? [h("pre", { class: "code-block" }, h("code", {}, unescapeText(plainSpecials(part.text))))]
      : quotes(part.text, context, verbatim),
  );
}

/** plain_text only has emoji names and entities. */
export function renderPlainText(text, { emoji = true } = {}) {
  const nodes = [];
  let from = 0;
  if (emoji) {
    for (const match of text.matchAll(new RegExp(EMOJI.source, "g"))) {
      const character = emojiCharacter(match[1], Number(match[2] ?? 0));
      if (!character) continue;
      nodes.push(text.slice(from, match.index), emojiNode(match[1], character));
      from = match.index + match[0].length;
    }
  }
  nodes.push(text.slice(from));
  return nodes;
}

/** A text object of Block Kit, of either type. */
export function renderText(object, context) {
  if (!object) return [];
  return object.type === "mrkdwn"
    ? renderMrkdwn(object.text, context, { verbatim: object.verbatim })
    : renderPlainText(object.text, { emoji: object.emoji !== false });
}

/** A text object without any markup, for names and comparisons. */
export function plainWords(object) {
  if (!object) return "";
  const text = object.type === "mrkdwn" ? unescapeText(plainSpecials(object.text)) : object.text;
  return text.replace(new RegExp(EMOJI.source, "g"), (whole, name) => emojiCharacter(name) ?? whole);
}

export function emojiNode(name, character) {
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
    character,
  );
}

export function personMention(id, context) {
  const mine = id === context.reader.id;
  return h(
    "span",
    { class: mine ? "mention mention-me" : "mention", data: { user: id } },
    `@${context.workspace.nameOf(id)}`,
  );
}

export function channelMention(id, context, name = null) {
  return h(
    "a",
    { class: "mention", href: addressOf({ channel: id, thread: null, tab: null }), data: { goChannel: id } },
    `#${context.workspace.channelsById.get(id)?.name ?? name ?? id}`,
  );
}

export function link(address, label) {
  const href = safeUrl(address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label) : h("span", {}, label);
}

export function dateNode(seconds, template, address, context) {
  const date = instant(seconds);
  const words = fillDateTokens(template, date, context.workspace.now(), context.reader);
  const time = h("time", { datetime: date.toISOString(), title: longDate(date, context.reader) }, words);
  return address ? link(address, time) : time;
}

function fences(text) {
  const parts = [];
  let from = 0;
  while (from < text.length) {
    const open = text.indexOf("```", from);
    const close = open < 0 ? -1 : text.indexOf("```", open + 3);
    if (close < 0 || close === open + 3) break;
    if (open > from) parts.push({ text: text.slice(from, open).replace(/\n$/, "") });
    parts.push({ code: true, text: text.slice(open + 3, close).replace(/^\n|\n$/g, "") });
    from = close + 3;
    if (text[from] === "\n") from += 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function quotes(text, context, verbatim) {
  const nodes = [];
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) {
    const rest = /^(?:&gt;|>){3} ?/.exec(lines[at]);
    const quoted = (line) => /^(?:&gt;|>) ?/.exec(line);
    const start = at;
    if (rest) {
      at = lines.length;
      const words = [lines[start].slice(rest[0].length), ...lines.slice(start + 1)].join("\n");
      nodes.push(h("blockquote", {}, inline(words, context, verbatim)));
    } else if (quoted(lines[at])) {
      while (at < lines.length && quoted(lines[at])) at += 1;
      const words = lines.slice(start, at).map((line) => line.slice(quoted(line)[0].length));
      nodes.push(h("blockquote", {}, inline(words.join("\n"), context, verbatim)));
    } else {
      while (at < lines.length && !quoted(lines[at])) at += 1;
      nodes.push(...inline(lines.slice(start, at).join("\n"), context, verbatim));
    }
  }
  return nodes;
}

/** Nodes of running text. One pass; a mark that finds no partner on its line is remembered, so it stays linear. */
function inline(text, context, verbatim) {
  const nodes = [];
  const hopelessUntil = { "*": -1, _: -1, "~": -1, "`": -1 };
  let words = "";
  let at = 0;

  const flush = () => {
    if (words) nodes.push(unescapeText(words));
    words = "";
  };
  const take = (node, length) => {
    flush();
    nodes.push(node);
    at += length;
  };

  while (at < text.length) {
    const sign = text[at];
    if (sign === "\n") {
      take(h("br"), 1);
      continue;
    }
    if (sign === "<") {
      const end = closingAngle(text, at);
      const node = end > 0 ? special(text.slice(at + 1, end), context) : null;
      if (node) {
        take(node, end - at + 1);
        continue;
      }
    } else if (sign === "`" && at >= hopelessUntil["`"]) {
      const line = lineEnd(text, at);
      const close = text.indexOf("`", at + 1);
      if (close > at + 1 && close < line) {
        take(h("code", {}, unescapeText(plainSpecials(text.slice(at + 1, close)))), close - at + 1);
        continue;
      }
      if (close < 0 || close >= line) hopelessUntil["`"] = line;
    } else if (MARKS[sign] && at >= hopelessUntil[sign] && opens(text, at)) {
      const line = lineEnd(text, at);
      const close = closing(text, at, sign, line);
      if (close > 0) {
        take(h(MARKS[sign], {}, inline(text.slice(at + 1, close), context, verbatim)), close - at + 1);
        continue;
      }
      hopelessUntil[sign] = line;
    } else if (sign === ":") {
      EMOJI.lastIndex = at;
      const match = EMOJI.exec(text);
      const character = match && emojiCharacter(match[1], Number(match[2] ?? 0));
      if (character) {
        take(emojiNode(match[1], character), match[0].length);
        continue;
      }
    } else if (!verbatim && (sign === "h" || sign === "H") && !WORD.test(text[at - 1] ?? "")) {
      BARE_LINK.lastIndex = at;
      const match = BARE_LINK.exec(text);
      if (match) {
        const address = unescapeText(match[0]);
        take(link(address, address), match[0].length);
        continue;
      }
    }
    words += sign;
    at += 1;
  }
  flush();
  return nodes;
}

/** The ">" that belongs to the "<" at `from`: the next one, with no other "<" before it. */
function closingAngle(text, from) {
  const end = text.indexOf(">", from);
  const other = text.lastIndexOf("<", end);
  return other > from ? -1 : end;
}

function lineEnd(text, from) {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** A mark opens after a space or a sign, and before something other than a space or itself. */
function opens(text, at) {
  const next = text[at + 1] ?? " ";
  return !WORD.test(text[at - 1] ?? "") && !/\s/.test(next) && next !== text[at];
}

/** Where the mark closes on this line: after no space, and before no letter or digit. */
function closing(text, from, sign, end) {
  for (let at = text.indexOf(sign, from + 1); at > 0 && at < end; at = text.indexOf(sign, at + 1)) {
    if (at > from + 1 && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "")) return at;
  }
  return -1;
}

/** The content between < and >, or null if it is not one of Slack's forms. */
function special(body, context) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescapeText(body.slice(bar + 1));
  const { workspace, reader } = context;
  if (/^@[UW]\w+$/.test(target)) {
    const id = target.slice(1);
    return personMention(id, context);
  }
  if (/^#[CGD]\w+$/.test(target)) return channelMention(target.slice(1), context, label);
  if (/^!date\^/.test(target)) {
    const [, seconds, template, address] = target.split("^");
    return Number.isFinite(Number(seconds)) && template
      ? dateNode(seconds, unescapeText(template), address, { workspace, reader })
      : label;
  }
  if (/^!(here|channel|everyone)$/.test(target))
    return h("span", { class: "mention mention-me" }, `@${target.slice(1)}`);
  if (target.startsWith("!")) return h("span", { class: "mention" }, label ?? `@${target.slice(1)}`);
  const address = unescapeText(target);
  if (!safeUrl(address)) return null;
  return link(address, label ?? address.replace(/^mailto:/, ""));
}

/** Mentions and links inside code, as plain text. */
function plainSpecials(text) {
  return text.replace(/<([^<>]+)>/g, (whole, body) => {
    const bar = body.indexOf("|");
    if (bar >= 0) return body.slice(bar + 1);
    return safeUrl(body) ? body : whole;
  });
}
