// Writing a message or a command.

import { fill, h, icon, iconButton } from "./dom.js";
import { openEmojiPicker } from "./emoji-picker.js";
import { openMenu } from "./menu.js";
import * as server from "./server.js";
import { Suggestions } from "./suggestions.js";

const TALLEST_PIXELS = 280;

/** The client's own commands, besides the app's. */
const INVITE = {
  command: "/invite",
  usage_hint: "@name",
  description: "Bring somebody, or the app, into this channel",
};

/**
 * The composer of a conversation or thread: `{label, channel, threadTs?, onPosted(message)}`.
 * `page.drafts` keeps unsent text by location.
 */
export function createComposer(page, { label, channel, threadTs = null, onPosted = () => undefined }) {
  const { workspace, reader } = page.context;
  const draftKey = `${reader.id} ${channel} ${threadTs ?? ""}`;
  const problem = h("div", { class: "problem composer-problem", role: "alert" });
  const hint = h("div", { class: "composer-hint" });
  const field = h("textarea", {
    class: "composer-field",
    rows: "1",
    "aria-label": label,
    placeholder: label,
    dir: "auto",
    value: page.drafts.get(draftKey) ?? "",
  });
  const sendButton = iconButton("send", "Send", () => send(), { class: "icon-button send", disabled: true });
  const suggestions = new Suggestions(field, (before) => suggest(before, workspace, threadTs));
  const wrap = (mark) => () => {
    const { selectionStart: from, selectionEnd: to } = field;
    field.setRangeText(`${mark}${field.value.slice(from, to)}${mark}`, from, to, "end");
    if (from === to) field.setSelectionRange(from + mark.length, from + mark.length);
    field.focus();
    changed();
  };
  const smile = iconButton("smile", "Insert emoji", () =>
    openEmojiPicker(smile, (name) => {
      field.setRangeText(`:${name}: `, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      changed();
    }),
  );
  const shortcuts = workspace.shortcuts.filter(({ type }) => type === "global");
  const bolt =
    shortcuts.length && !threadTs
      ? iconButton(
          "bolt",
          "Shortcuts",
          () =>
            openMenu(
              bolt,
              shortcuts.map((each) => ({
                label: each.name,
                detail: workspace.bot.name,
                iconName: "bolt",
                run: () => runShortcut(each),
              })),
              { align: "start", label: "Shortcuts" },
            ),
          { "aria-haspopup": "menu", "aria-expanded": "false" },
        )
      : null;

  const element = h(
    "form",
    { class: "composer", "aria-label": label, on: { submit: (event) => event.preventDefault() } },
    problem,
    h(
      "div",
      { class: "composer-box" },
      field,
      h(
        "div",
        { class: "composer-bar" },
        bolt,
        smile,
        iconButton("bold", "Bold", wrap("*")),
        iconButton("italic", "Italic", wrap("_")),
        iconButton("strike", "Strikethrough", wrap("~")),
        iconButton("code", "Code", wrap("`")),
        hint,
        sendButton,
      ),
    ),
  );

  function changed() {
    page.drafts.set(draftKey, field.value);
    sendButton.disabled = !field.value.trim();
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST_PIXELS)}px`;
    const command = commandOf(field.value, workspace);
    fill(
      hint,
      command
        ? `${command.command} ${command.usage_hint ?? ""}`
        : field.value
          ? [h("kbd", {}, "Shift"), " + ", h("kbd", {}, "Enter"), " for a new line"]
          : "",
    );
  }

  function fail(sentence, text = null) {
    fill(problem, icon("warning"), h("span", {}, sentence));
    if (text !== null && !field.value) field.value = text;
    changed();
  }

  async function send() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fill(problem);
    suggestions.close();
    changed();
    try {
      if (/^\/[a-z]/i.test(text) && !threadTs) await command(text);
      else
        onPosted(
          (await server.postMessage({ as: reader.id, channel, text, thread_ts: threadTs ?? undefined })).message,
        );
    } catch (error) {
      if (!(error instanceof server.SandboxError)) throw error;
      fail(error.message, text);
    }
  }

  async function command(text) {
    const [name, ...words] = text.split(/\s+/);
    const known = commandOf(text, workspace);
    if (!known) return fail(`${name} is not a command of this workspace.`, text);
    if (known === INVITE) return invite(words[0], text);
    const { delivery } = await server.runCommand({ as: reader.id, channel, text });
    if (delivery?.error) fail(`${name} failed: ${delivery.error}`, text);
    return undefined;
  }

  async function invite(name, text) {
    const id = workspace.idOfHandle((name ?? "").replace(/^@/, "").toLowerCase());
    if (!id) return fail("Say whom to invite: /invite @name", text);
    await server.invite({ as: reader.id, channel, user: id });
    return page.say(`${workspace.nameOf(id)} is in the channel now.`);
  }

  async function runShortcut({ name, callback_id: callbackId }) {
    fill(problem);
    const { delivery } =
      (await page.try(() => server.runShortcut({ as: reader.id, callback_id: callbackId, channel }))) ?? {};
    if (delivery?.error) fail(`${name} failed: ${delivery.error}`);
  }

  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || suggestions.handle(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  requestAnimationFrame(changed);
  return { element, focus: () => field.focus({ preventScroll: true }) };
}

const commandOf = (text, workspace) => {
  const name = text.split(/\s/)[0].toLowerCase();
  return [...workspace.commands, INVITE].find(({ command }) => command === name) ?? null;
};

function suggest(before, workspace, threadTs) {
  const slash = /^\/\S*$/.exec(before);
  if (slash && !threadTs) {
    const choices = [...workspace.commands, INVITE]
      .filter(({ command }) => command.startsWith(slash[0].toLowerCase()))
      .map(({ command, usage_hint: usage, description }) => ({
        insert: `${command} `,
        label: `${command} ${usage ?? ""}`.trim(),
        detail: description,
      }));
    return { from: 0, choices };
  }
  const sign = /(?:^|\s)([@#])([\p{L}\p{N}_.-]*)$/u.exec(before);
  if (!sign) return null;
  const wanted = sign[2].toLowerCase();
  const from = before.length - sign[2].length - 1;
  if (sign[1] === "#") {
    const channels = [...workspace.channelsById.values()].filter(({ name }) => name?.startsWith(wanted));
    return { from, choices: channels.map(({ name }) => ({ insert: `#${name} `, label: `#${name}` })) };
  }
  const people = [...workspace.people.map(({ id }) => id), workspace.bot.user_id].map((id) => ({
    name: workspace.nameOf(id),
    handle: workspace.handleOf(id),
    title: workspace.titleOf(id),
  }));
  const fits = people.filter(({ name }) =>
    name
      .toLowerCase()
      .split(" ")
      .some((word) => word.startsWith(wanted)),
  );
  return {
    from,
    choices: fits.map(({ name, handle, title }) => ({
      insert: `@${handle} `,
      label: name,
      detail: [`@${handle}`, title].filter(Boolean).join(" · "),
    })),
  };
}
