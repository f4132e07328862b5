// The "rich_text" block: sections, lists, quotes and code as Slack's own composer writes them.

import { h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { channelMention, dateNode, emojiNode, link, personMention } from "./mrkdwn.js";

const LIST_MARKS = { ordered: ["decimal", "lower-alpha", "lower-roman"], bullet: ["disc", "circle", "square"] };

/** Nodes for the elements of a rich_text block (or of one of its sections). */
export function renderRichText(elements, context) {
  return elements.map((element) => part(element, context));
}

function part(element, context) {
  switch (element.type) {
    case "rich_text_section":
      return h("p", { class: "rich-section" }, runs(element.elements, context));
    case "rich_text_quote":
      return h("blockquote", {}, runs(element.elements, context));
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, h("code", {}, runs(element.elements, context)));
    case "rich_text_list":
      return list(element, context);
    default:
      return h("span", { class: "unsupported-inline" }, `unsupported: ${element.type}`);
  }
}

function list(element, context) {
  const indent = Math.min(element.indent ?? 0, 8);
  const ordered = element.style === "ordered";
  const node = h(
    ordered ? "ol" : "ul",
    {
      class: element.border ? "rich-list bordered" : "rich-list",
      start: ordered && element.offset ? element.offset + 1 : null,
    },
    element.elements.map((item) => h("li", {}, item.elements ? runs(item.elements, context) : part(item, context))),
  );
  const marks = LIST_MARKS[ordered ? "ordered" : "bullet"];
  node.style.listStyleType = marks[indent % marks.length];
  node.style.marginInlineStart = `${indent * 1.5}em`;
  return node;
}

const runs = (elements, context) => elements.map((element) => styled(run(element, context), element.style));

function run(element, context) {
  switch (element.type) {
    case "text":
      return element.text.split("\n").flatMap((words, index) => (index ? [h("br"), words] : [words]));
    case "link":
      return [link(element.url, element.text || element.url)];
    case "user":
      return [personMention(element.user_id, context)];
    case "channel":
      return [channelMention(element.channel_id, context)];
    case "emoji": {
      const fromCodes =
        element.unicode && String.fromCodePoint(...element.unicode.split("-").map((code) => parseInt(code, 16)));
      const character = fromCodes || emojiCharacter(element.name);
      return [character ? emojiNode(element.name, character) : `:${element.name}:`];
    }
    case "broadcast":
      return [h("span", { class: "mention mention-me" }, `@${element.range}`)];
    case "usergroup":
      return [h("span", { class: "mention" }, `@${element.usergroup_id}`)];
    case "team":
      return [h("span", { class: "mention" }, context.workspace.team.name)];
    case "date":
      return [dateNode(element.timestamp, element.format, element.url, context)];
    case "color":
      return [h("code", {}, element.value)];
    default:
      return [h("span", { class: "unsupported-inline" }, `unsupported: ${element.type}`)];
  }
}

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function styled(nodes, style = {}) {
  return Object.entries(STYLES)
    .filter(([name]) => style[name])
    .reduce((inner, [, tag]) => [h(tag, {}, inner)], nodes);
}
