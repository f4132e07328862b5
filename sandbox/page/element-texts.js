// Text inputs: lines, paragraphs, numbers, e-mail and web addresses.

import { naming } from "./choice.js";
import { h } from "./dom.js";
import { plainWords } from "./mrkdwn.js";

const KIND = {
  number_input: { type: "text", inputmode: "decimal" },
  email_text_input: { type: "email", autocomplete: "off" },
  url_text_input: { type: "url", autocomplete: "off" },
};

export function renderTextInput(element, place) {
  const rich = element.type === "rich_text_input";
  const long = rich || element.multiline;
  const kept = place.answers.read(place.blockId, element);
  const words = (rich ? wordsOf(kept.rich_text_value) : kept.value) ?? "";
  const input = h(long ? "textarea" : "input", {
    class: "field-input",
    ...(long ? { rows: `${rowsFor(words)}` } : (KIND[element.type] ?? { type: "text", autocomplete: "off" })),
    value: words,
    placeholder: plainWords(element.placeholder) || null,
    maxlength: element.max_length ?? null,
    dir: "auto",
    ...naming(place, element),
  });
  const fields = () => {
    if (rich) return { rich_text_value: input.value ? richText(input.value) : null };
    return { value: input.value === "" ? null : input.value };
  };
  const send = latestOnly(() => place.act?.(place.blockId, element, fields()));
  const listensTo = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const left = element.max_length ? h("span", { class: "characters-left", "aria-hidden": "true" }) : null;
  const count = () => {
    const remaining = element.max_length - input.value.length;
    // Only near the limit.
    if (left) left.textContent = remaining <= Math.max(20, element.max_length / 10) ? `${remaining}` : "";
  };

  input.addEventListener("input", () => {
    place.answers.write(place.blockId, element, fields());
    count();
    if (listensTo.includes("on_character_entered")) send();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !place.act || !listensTo.includes("on_enter_pressed")) return;
    if (long && event.shiftKey) return;
    event.preventDefault();
    send();
  });
  count();
  return h("span", { class: "text-field" }, input, left);
}

/** `send`, but never twice at a time: what is typed meanwhile is sent together, once it has been answered. */
function latestOnly(send) {
  let waiting = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await send();
    } while (again);
    waiting = null;
  };
  return () => {
    again = true;
    waiting ??= run();
  };
}

/** As many rows as the initial text needs, within limits. */
const rowsFor = (words) =>
  Math.min(14, Math.max(4, words.split("\n").reduce((rows, line) => rows + 1 + Math.floor(line.length / 60), 0)));

const richText = (words) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }],
});

const wordsOf = (value) =>
  value?.elements.map((part) => (part.elements ?? []).map((run) => run.text ?? "").join("")).join("\n") ?? null;
