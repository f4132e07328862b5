// Edit a message in place.

import { fill, h } from "./dom.js";
import * as server from "./server.js";
import { asTyped } from "./typed-text.js";

/** Replace the message's `content` with a field; Enter saves, Escape cancels. */
export function editMessage(message, article, content, page) {
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
  article.scrollIntoView({ block: "nearest" });
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
}
