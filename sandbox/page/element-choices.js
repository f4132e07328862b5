// Radio buttons and checkboxes.

import { asSent } from "./answers.js";
import { choose, naming } from "./choice.js";
import { h, uniqueId } from "./dom.js";
import { renderText } from "./mrkdwn.js";

export function renderRadioButtons(element, place) {
  const group = uniqueId("radio");
  let chosen = place.answers.read(place.blockId, element).selected_option?.value ?? null;
  const inputs = new Map();
  const change = async (option) => {
    const kept = await choose(element, place, { selected_option: asSent(option) });
    if (kept) chosen = option.value;
    else for (const [value, input] of inputs) input.checked = value === chosen;
  };
  return h(
    "div",
    { class: "choices", role: "radiogroup", ...naming(place, element) },
    element.options.map((option) => {
      const input = h("input", {
        type: "radio",
        name: group,
        value: option.value,
        checked: option.value === chosen,
        on: { change: () => change(option) },
      });
      inputs.set(option.value, input);
      return choice(option, input, place);
    }),
  );
}

export function renderCheckboxes(element, place) {
  let chosen = new Set(place.answers.read(place.blockId, element).selected_options.map(({ value }) => value));
  const change = async (option, input) => {
    const wanted = new Set(chosen);
    if (input.checked) wanted.add(option.value);
    else wanted.delete(option.value);
    const before = chosen;
    chosen = wanted;
    const selected = element.options.filter(({ value }) => wanted.has(value)).map(asSent);
    if (!(await choose(element, place, { selected_options: selected }))) {
      chosen = before;
      input.checked = before.has(option.value);
    }
  };
  return h(
    "div",
    { class: "choices", role: "group", ...naming({ ...place, required: false }, element) },
    element.options.map((option) => {
      const input = h("input", { type: "checkbox", value: option.value, checked: chosen.has(option.value) });
      input.addEventListener("change", () => change(option, input));
      return choice(option, input, place);
    }),
  );
}

function choice(option, input, { context }) {
  const detailId = uniqueId("detail");
  if (option.description) input.setAttribute("aria-describedby", detailId);
  return h(
    "div",
    { class: "choice" },
    h("label", {}, input, h("span", {}, renderText(option.text, context))),
    option.description && h("div", { class: "choice-detail", id: detailId }, renderText(option.description, context)),
  );
}
