// The "markdown" block: standard Markdown, as far as messages use it, as DOM nodes.

import { h } from "./dom.js";
import { link } from "./mrkdwn.js";
import { emojiCharacter } from "./emoji.js";

/** The inline syntax; a group's name says what was found. */
const INLINE = new RegExp(
  [
    /(?<code>`+)(?<codeText>.+?)\k<code>(?!`)/,
    /!?\[(?<label>[^\]\n]*)\]\((?<address>[^()\s]+)\)/,
    /(?<strong>\*\*|__)(?=\S)(?<strongText>.+?)(?<=\S)\k<strong>/,
    /~~(?=\S)(?<strike>.+?)(?<=\S)~~/,
    /(?<em>[*_])(?=\S)(?<emText>[^*_\n]+?)(?<=\S)\k<em>(?![\p{L}\p{N}])/u,
    /<(?<auto>https?:\/\/[^>\s]+)>/,
    /(?<bare>https?:\/\/[^\s<>]+[^\s<>.,:;!?"')\]])/,
    /:(?<emoji>[a-z0-9_+-]+):/,
    /\\(?<escaped>[\\`*_{}[\]()#+.!~>|-])/,
  ]
    .map((form) => form.source)
    .join("|"),
  "gu",
);

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;
const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Nodes for a Markdown text. */
export function renderMarkdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  let at = 0;

  const takeWhile = (wanted) => {
    const from = at;
    while (at < lines.length && wanted(lines[at])) at += 1;
    return lines.slice(from, at);
  };

  while (at < lines.length) {
    const line = lines[at];
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (/^\s*$/.test(line)) {
      at += 1;
    } else if (/^ {0,3}```/.test(line)) {
      at += 1;
      const code = takeWhile((next) => !/^ {0,3}```/.test(next));
      at += 1;
      nodes.push(h("pre", { class: "code-block" }, h("code", {}, code.join("\n"))));
    } else if (heading) {
      at += 1;
      // A message's headings rank below the page's own, whatever level the app chose.
      nodes.push(
        h(
          "p",
          { class: `markdown-heading level-${heading[1].length}`, role: "heading", "aria-level": "4" },
          inline(heading[2]),
        ),
      );
    } else if (RULE.test(line)) {
      at += 1;
      nodes.push(h("hr"));
    } else if (/^ {0,3}>/.test(line)) {
      const quoted = takeWhile((next) => /^ {0,3}>/.test(next)).map((next) => next.replace(/^ {0,3}> ?/, ""));
      nodes.push(h("blockquote", {}, renderMarkdown(quoted.join("\n"))));
    } else if (ITEM.test(line)) {
      nodes.push(list(takeWhile((next) => ITEM.test(next) || /^\s{2,}\S/.test(next))));
    } else if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "")) {
      nodes.push(table(takeWhile((next) => next.includes("|"))));
    } else {
      const paragraph = takeWhile(
        (next) => /\S/.test(next) && !/^ {0,3}(```|#{1,6}\s|>)/.test(next) && !ITEM.test(next),
      );
      nodes.push(
        h(
          "p",
          {},
          paragraph.flatMap((words, index) => (index ? [h("br"), ...inline(words)] : inline(words))),
        ),
      );
    }
  }
  return nodes;
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index), span(match));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

function span({ 0: whole, groups }) {
  if (groups.code) return h("code", {}, groups.codeText);
  if (groups.address) return link(groups.address, groups.label || groups.address);
  if (groups.strong) return h("strong", {}, inline(groups.strongText));
  if (groups.strike) return h("s", {}, inline(groups.strike));
  if (groups.em) return h("em", {}, inline(groups.emText));
  if (groups.auto ?? groups.bare) return link(groups.auto ?? groups.bare, groups.auto ?? groups.bare);
  if (groups.escaped) return groups.escaped;
  return emojiCharacter(groups.emoji) ?? whole;
}

function list(lines) {
  const [, firstIndent, bullet, number] = ITEM.exec(lines[0]);
  const root = h(bullet ? "ul" : "ol", { start: number && number !== "1" ? number : null });
  let at = 0;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]);
    const words = item ? item[4] : lines[at].trim();
    at += 1;
    const from = at;
    while (at < lines.length && (!ITEM.test(lines[at]) || ITEM.exec(lines[at])[1].length > firstIndent.length)) at += 1;
    const below = lines.slice(from, at);
    const nested = below.findIndex((line) => ITEM.test(line));
    const more = (nested < 0 ? below : below.slice(0, nested)).flatMap((line) => [h("br"), ...inline(line.trim())]);
    const task = /^\[([ xX])\]\s+(.*)$/.exec(words);
    const box =
      task && h("input", { type: "checkbox", checked: task[1] !== " ", disabled: true, "aria-label": task[2] });
    root.append(h("li", {}, box, inline(task ? task[2] : words), more, nested < 0 ? null : list(below.slice(nested))));
  }
  return root;
}

function table(lines) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const [head, , ...rows] = lines;
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          cells(head).map((cell) => h("th", { scope: "col" }, inline(cell))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            cells(row).map((cell) => h("td", {}, inline(cell))),
          ),
        ),
      ),
    ),
  );
}
