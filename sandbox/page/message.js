// One message: author, time and content.

import { renderAttachments } from "./attachments.js";
import { avatar, avatarOf } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { fill, h, icon, safeUrl } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { messageTools } from "./message-tools.js";
import { emojiNode, renderMrkdwn, renderPlainText } from "./mrkdwn.js";
import * as server from "./server.js";
import { surfaceOf } from "./surface.js";
import { clockTime, instant, longDate } from "./times.js";

/** Who wrote it: `{id, name, color, app, own}`; own is this workspace's own app. */
export function authorOf(message, workspace) {
  const own = message.user === workspace.bot.user_id || (message.bot_id && message.bot_id === workspace.bot.bot_id);
  const app = Boolean(
    own || message.bot_id || message.bot_profile || message.subtype === "bot_message" || workspace.isBot(message.user),
  );
  const name =
    message.username ??
    (own ? workspace.bot.name : (message.bot_profile?.name ?? (message.user ? workspace.nameOf(message.user) : "App")));
  return {
    id: message.user ?? message.bot_id ?? name,
    name,
    color: app ? null : workspace.person(message.user)?.color,
    app,
    own,
  };
}

/**
 * Render a message. `page` has the context and navigation; `answers` keep the values of its blocks;
 * `compact` omits the author if the message before has the same; `threaded` if it is in the thread panel.
 */
export function renderMessage(message, { page, answers, compact = false, threaded = false }) {
  const { context } = page;
  const { workspace, reader } = context;
  const author = authorOf(message, workspace);
  const date = instant(message.ts);
  const time = h(
    "time",
    {
      class: "message-time",
      datetime: date.toISOString(),
      title: `${longDate(date, reader)}, ${clockTime(date, reader)}`,
    },
    clockTime(date, reader),
  );
  const problem = h("div", { class: "problem", role: "alert" });
  const content = h("div", { class: "message-content", dir: "auto" });
  const gone = message.subtype === "tombstone";
  fill(content, gone ? h("em", { class: "quiet" }, message.text) : body(message, { context, answers, problem }));

  const article = h(
    "article",
    {
      class: ["message", compact && "compact", message.ephemeral_to && "ephemeral"].filter(Boolean).join(" "),
      tabindex: "-1",
      "aria-label": `${author.name}, ${clockTime(date, reader)}`,
      data: { ts: message.ts, channel: message.channel },
    },
    h("div", { class: "message-gutter" }, compact ? time.cloneNode(true) : avatar(author)),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral_to &&
        h("div", { class: "only-you" }, icon("eye"), "Only visible to you", dismissal(message, page)),
      h(
        "div",
        { class: compact ? "message-head visually-hidden" : "message-head" },
        h("span", { class: "message-author" }, author.name),
        author.app && h("span", { class: "app-badge" }, "APP"),
        compact ? null : time,
      ),
      content,
      problem,
      reactions(message, page),
      !threaded && message.reply_count > 0 && replies(message, page),
    ),
  );

  if (!message.ephemeral_to && !gone) {
    article.append(messageTools(message, article, content, problem, { page, author, threaded }));
    article.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === article) {
        event.preventDefault();
        article.querySelector(".message-more").click();
      }
    });
  }
  return article;
}

function body(message, { context, answers, problem }) {
  const blocks = isTyped(message) ? [] : (message.blocks ?? []);
  const usable = [...blocks, ...(message.attachments ?? []).flatMap((attachment) => attachment.blocks ?? [])];
  answers.keepOnly(usable);
  const surface = surfaceOf({
    context,
    container: { type: "message", channel: message.channel, ts: message.ts },
    answers,
    blocks: () => usable,
    failed: (sentence) => fill(problem, sentence && icon("warning"), sentence),
  });
  const words = message.mrkdwn === false ? renderPlainText(message.text) : renderMrkdwn(message.text ?? "", context);
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  return [
    blocks.length ? renderBlocks(blocks, surface) : h("div", { class: "message-text" }, words, edited),
    blocks.length > 0 && edited,
    message.attachments?.length && h("div", { class: "attachments" }, renderAttachments(message.attachments, surface)),
    message.files?.length && h("ul", { class: "files", "aria-label": "Files" }, message.files.map(file)),
  ].filter(Boolean);
}

/** Words from the composer: their one rich_text section says no more than the text, whose marks are ours to draw. */
const isTyped = ({ client_msg_id: typed, blocks = [] }) =>
  Boolean(typed) &&
  blocks.length === 1 &&
  blocks[0].type === "rich_text" &&
  blocks[0].elements.length === 1 &&
  blocks[0].elements[0].type === "rich_text_section" &&
  blocks[0].elements[0].elements.every(({ style }) => !style);

function file(given) {
  const name = given.title || given.name || given.id;
  const href = safeUrl(given.permalink ?? given.url_private ?? `/files/${given.id}`);
  return h(
    "li",
    { class: "file" },
    icon("file"),
    h(
      "span",
      {},
      h("a", { href, target: "_blank", rel: "noopener noreferrer" }, name),
      h("span", { class: "quiet" }, given.pretty_type ?? given.mimetype ?? ""),
    ),
  );
}

function dismissal({ channel, ts }, page) {
  const dismiss = () => page.try(() => server.deleteMessage({ as: page.context.reader.id, channel, ts }));
  return h("button", { type: "button", class: "link-button", on: { click: dismiss } }, "Dismiss");
}

function reactions(message, page) {
  if (!message.reactions?.length) return null;
  const { workspace, reader } = page.context;
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map(({ name, users, count }) => {
      const mine = users.includes(reader.id);
      const character = emojiCharacter(name.split("::")[0]);
      const who = users.map((id) => workspace.nameOf(id)).join(", ");
      return h(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          "aria-pressed": String(mine),
          "aria-label": `${name.replaceAll("_", " ")}, ${count ?? users.length}`,
          title: `${who} reacted with :${name}:`,
          on: {
            click: () =>
              page.try(() =>
                server.react({ as: reader.id, channel: message.channel, ts: message.ts, name, remove: mine }),
              ),
          },
        },
        character ? emojiNode(name, character) : `:${name}:`,
        h("span", { class: "reaction-count" }, String(count ?? users.length)),
      );
    }),
  );
}

function replies(message, page) {
  const { workspace, reader } = page.context;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = message.latest_reply && instant(message.latest_reply);
  return h(
    "button",
    { type: "button", class: "replies", on: { click: () => page.go({ thread: message.ts, panel: null }) } },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatarOf(id, workspace)),
    h("span", { class: "replies-count" }, count),
    last && h("span", { class: "quiet" }, `Last reply ${clockTime(last, reader)}`),
  );
}
