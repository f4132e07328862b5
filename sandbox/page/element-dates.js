// Date, time and date-time pickers: the browser's own, which are familiar and accessible.

import { choose, naming } from "./choice.js";
import { h } from "./dom.js";
import { plainWords } from "./mrkdwn.js";
import { fromLocalInput, toLocalInput } from "./times.js";

export const renderDatePicker = (element, place) =>
  picker("date", "selected_date", element, place, { show: (date) => date, read: (text) => text });

export const renderTimePicker = (element, place) =>
  picker("time", "selected_time", element, place, { show: (time) => time, read: (text) => text.slice(0, 5) });

export function renderDateTimePicker(element, place) {
  const zone = place.context.reader.zone;
  return picker("datetime-local", "selected_date_time", element, place, {
    show: (seconds) => toLocalInput(new Date(seconds * 1000), zone),
    read: (text) => Math.floor(fromLocalInput(text.slice(0, 16), zone).getTime() / 1000),
  });
}

function picker(type, field, element, place, { show, read }) {
  let answer = place.answers.read(place.blockId, element)[field];
  let typing = false;
  const shown = () => (answer === null ? "" : show(answer));
  const input = h("input", {
    type,
    class: "field-input date-input",
    value: shown(),
    title: plainWords(element.placeholder) || null,
    ...naming({ ...place, name: place.name ?? { date: "Date", time: "Time" }[type] ?? "Date and time" }, element),
  });

  const settle = async () => {
    const wanted = input.value ? read(input.value) : null;
    if (wanted === answer) return;
    const before = answer;
    answer = wanted;
    if (!(await choose(element, place, { [field]: wanted }))) {
      answer = before;
      input.value = shown();
    }
  };

  // While typing, the value passes through years like 0002; only the final value counts.
  input.addEventListener("keydown", (event) => {
    if (/^[0-9]$|^Arrow(Up|Down)$|^Backspace$|^Delete$/.test(event.key)) typing = true;
    else if (event.key === "Enter" && place.act) {
      event.preventDefault();
      typing = false;
      settle();
    }
  });
  input.addEventListener("pointerdown", () => {
    typing = false;
  });
  input.addEventListener("input", () => {
    if (!place.act) settle();
  });
  input.addEventListener("change", () => {
    if (!typing) settle();
  });
  input.addEventListener("blur", settle);
  return h("span", { class: "date-field" }, input);
}
