// The elements of Block Kit, each with the file that renders it.

import { h } from "./dom.js";
import { renderButton, renderOverflow } from "./element-buttons.js";
import { renderCheckboxes, renderRadioButtons } from "./element-choices.js";
import { renderDatePicker, renderDateTimePicker, renderTimePicker } from "./element-dates.js";
import { renderSelect } from "./element-selects.js";
import { renderTextInput } from "./element-texts.js";

const ELEMENTS = {
  button: renderButton,
  workflow_button: renderButton,
  overflow: renderOverflow,
  radio_buttons: renderRadioButtons,
  checkboxes: renderCheckboxes,
  datepicker: renderDatePicker,
  timepicker: renderTimePicker,
  datetimepicker: renderDateTimePicker,
  plain_text_input: renderTextInput,
  number_input: renderTextInput,
  email_text_input: renderTextInput,
  url_text_input: renderTextInput,
  rich_text_input: renderTextInput,
  static_select: renderSelect,
  multi_static_select: renderSelect,
  external_select: renderSelect,
  multi_external_select: renderSelect,
  users_select: renderSelect,
  multi_users_select: renderSelect,
  conversations_select: renderSelect,
  multi_conversations_select: renderSelect,
  channels_select: renderSelect,
  multi_channels_select: renderSelect,
};

/**
 * Render one element: the surface's fields plus
 * `{blockId, fieldId, name, labelledBy, describedBy, required, invalid}`.
 * `place.act` is null when using the element must not be sent.
 */
export function renderElement(element, place) {
  const draw = ELEMENTS[element.type];
  const node = draw
    ? draw(element, place)
    : h(
        "span",
        { class: "unsupported-inline", role: "note" },
        "unsupported element: ",
        h("code", {}, String(element.type)),
      );
  node.dataset.actionId = element.action_id ?? "";
  return node;
}
