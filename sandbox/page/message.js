// One message: who, when, what, and everything that can be done with it.

import { renderAttachments } from "./attachments.js";
import { avatar, avatarOf } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { confirmed } from "./confirm.js";
import { fill, h, icon, iconButton, safeUrl } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { openEmojiPicker } from "./emoji-picker.js";
import { openMenu } from "./menu.js";
import { emojiNode, renderMrkdwn, renderPlainText } from "./mrkdwn.js";
import * as server from "./server.js";
import { surfaceOf } from "./surface.js";
import { clockTime, instant, longDate } from "./times.js";
import { asTyped } from "./typed-text.js";

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
 * Draw a message. `page` gives context and ways to move; `answers` keep what was chosen in its blocks;
 * `compact` leaves out the author of the message before; `threaded` when it stands in the thread panel.
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
    article.append(toolbar(message, article, content, problem, { page, author, threaded }));
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

function toolbar(message, article, content, problem, { page, author, threaded }) {
  const { workspace, reader } = page.context;
  const own = message.user === reader.id && !author.app;
  const where = { as: reader.id, channel: message.channel, ts: message.ts };
  const react = (anchor) => openEmojiPicker(anchor, (name) => page.try(() => server.react({ ...where, name })));
  const reply = () => page.go({ thread: message.thread_ts ?? message.ts, panel: null });
  const smile = iconButton("smile", "Add reaction", () => react(smile));
  const remove = async () => {
    if (await confirmed(DELETE, page.context)) page.try(() => server.deleteMessage(where));
  };
  const shortcut = async ({ callback_id: callbackId, name }) => {
    fill(problem);
    const { delivery } = (await page.try(() => server.runShortcut({ ...where, callback_id: callbackId }))) ?? {};
    if (delivery?.error) fill(problem, icon("warning"), `${name} failed: ${delivery.error}`);
  };
  const more = iconButton(
    "more",
    "More actions",
    () => {
      const shortcuts = workspace.shortcuts.filter(({ type }) => type === "message");
      openMenu(
        more,
        [
          { label: "Add reaction", iconName: "smile", run: () => react(more) },
          !threaded && { label: "Reply in thread", iconName: "thread", run: reply },
          own && { label: "Edit message", iconName: "edit", run: () => edit(message, article, content, page) },
          own && { label: "Delete message", iconName: "trash", danger: true, run: remove },
          shortcuts.length > 0 && null,
          ...shortcuts.map((each) => ({
            label: each.name,
            detail: workspace.bot.name,
            iconName: "bolt",
            run: () => shortcut(each),
          })),
        ].filter((entry) => entry !== false),
        { label: "Message actions" },
      );
    },
    { class: "icon-button message-more", "aria-haspopup": "menu", "aria-expanded": "false" },
  );
  return h(
    "div",
    { class: "message-toolbar", role: "toolbar", "aria-label": "Message actions" },
    smile,
    !threaded && iconButton("thread", "Reply in thread", reply),
    more,
  );
}

const plain = (text) => ({ type: "plain_text", text });
const DELETE = {
  title: plain("Delete message"),
  text: plain("The message is deleted for everybody. This cannot be undone."),
  confirm: plain("Delete"),
  deny: plain("Keep it"),
  style: "danger",
};

function edit(message, article, content, page) {
  const before = [...content.childNodes];
  const { workspace, reader } = page.context;
  const field = h("textarea", {
    class: "field-input edit-field",
    "aria-label": "Edit message",
    value: asTyped(message.text, workspace),
    rows: "2",
  });
  const problem = h("div", { class: "problem", role: "alert" });
  const done = () => {
    fill(content, before);
    article.classList.remove("editing");
    article.focus({ preventScroll: true });
  };
  const save = async () => {
    if (!field.value.trim()) return fill(problem, "A message cannot be empty; delete it instead.");
    try {
      await server.editMessage({ as: reader.id, channel: message.channel, ts: message.ts, text: field.value });
    } catch (error) {
      if (!(error instanceof server.SandboxError)) throw error;
      return fill(problem, error.message);
    }
    done();
    return page.conversationChanged(message.channel);
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") done();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  article.classList.add("editing");
  fill(
    content,
    field,
    problem,
    h(
      "div",
      { class: "edit-buttons" },
      h("button", { type: "button", class: "button", on: { click: done } }, "Cancel"),
      h("button", { type: "button", class: "button primary", on: { click: save } }, "Save"),
    ),
  );
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
