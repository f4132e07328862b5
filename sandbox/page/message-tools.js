// The actions on a message: react, reply, edit, delete, and the app's shortcuts.

import { confirmed } from "./confirm.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { openEmojiPicker } from "./emoji-picker.js";
import { openMenu } from "./menu.js";
import { editMessage } from "./message-edit.js";
import * as server from "./server.js";

/** The toolbar of a message; `content` and `problem` are the parts of `article` that show its words and what failed. */
export function messageTools(message, article, content, problem, { page, author, threaded }) {
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
          own && { label: "Edit message", iconName: "edit", run: () => editMessage(message, article, content, page) },
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
