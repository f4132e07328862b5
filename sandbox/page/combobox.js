// A combobox: a field that searches its choices as you type; one choice, or several as chips.

import { fill, h, icon, uniqueId } from "./dom.js";
import { float } from "./floating.js";

/**
 * Choices are `{key, label, detail?, group?, sent}`. `find(words)` gives them (or a promise of them); `change(picked)`
 * gets the current choice and returns (a promise of) false to reject it.
 */
export function combobox({ multiple, chosen, placeholder, attributes, most, clearable, leastTyped, find, change }) {
  const listId = uniqueId("choices");
  let picked = chosen;
  let shown = [];
  let active = -1;
  let floating = null;
  let search = 0;

  const input = h("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-haspopup": "listbox",
    ...attributes,
  });
  const list = h("div", {
    role: "listbox",
    id: listId,
    class: "choices-list",
    "aria-multiselectable": multiple ? "true" : null,
    "aria-label": placeholder,
  });
  const chips = h("span", { class: "chips" });
  const clear = h(
    "button",
    { type: "button", class: "combobox-clear", "aria-label": "Clear", hidden: true },
    icon("close"),
  );
  const box = h(
    "span",
    { class: multiple ? "combobox multiple" : "combobox" },
    multiple && chips,
    input,
    clear,
    icon("down"),
  );

  const isPicked = ({ key }) => picked.some((each) => each.key === key);

  function showPicked() {
    input.placeholder = multiple && picked.length ? "" : placeholder;
    if (!multiple) input.value = picked[0]?.label ?? "";
    fill(
      chips,
      picked.map((choice) =>
        h(
          "span",
          { class: "chip" },
          choice.label,
          h(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${choice.label}`,
              on: { click: () => settle(picked.filter(({ key }) => key !== choice.key)) },
            },
            icon("close"),
          ),
        ),
      ),
    );
    clear.hidden = multiple || !clearable || !picked.length;
  }

  async function settle(wanted) {
    const before = picked;
    picked = wanted;
    showPicked();
    if ((await change(wanted)) === false) {
      picked = before;
      showPicked();
    }
  }

  function pick(choice) {
    if (!multiple) {
      close();
      if (!isPicked(choice)) settle([choice]);
      else showPicked();
      return;
    }
    const wanted = isPicked(choice) ? picked.filter(({ key }) => key !== choice.key) : [...picked, choice];
    if (wanted.length > most) return;
    input.value = "";
    settle(wanted);
    refresh("");
  }

  async function refresh(words) {
    search += 1;
    const mine = search;
    if (words.trim().length < leastTyped) return draw([], `Type ${leastTyped} or more characters.`);
    let found;
    try {
      const answer = find(words);
      if (answer instanceof Promise) draw([], "Looking…");
      found = await answer;
    } catch (error) {
      if (mine === search) draw([], error.message);
      return;
    }
    if (mine === search) draw(found, "Nothing found.");
  }

  function draw(found, otherwise) {
    shown = found;
    const nodes = [];
    let group = null;
    shown.forEach((choice, index) => {
      if (choice.group && choice.group !== group)
        nodes.push(h("div", { class: "choices-group", role: "presentation" }, choice.group));
      group = choice.group;
      nodes.push(
        h(
          "div",
          {
            role: "option",
            id: `${listId}-${index}`,
            class: "choices-option",
            "aria-selected": String(isPicked(choice)),
            data: { value: choice.key },
            on: {
              // Keeps the focus in the field.
              pointerdown: (event) => event.preventDefault(),
              click: () => pick(choice),
              pointermove: () => activate(index, { scroll: false }),
            },
          },
          h(
            "span",
            { class: "choices-label" },
            choice.label,
            choice.detail && h("span", { class: "choices-detail" }, choice.detail),
          ),
          isPicked(choice) && icon("check"),
        ),
      );
    });
    fill(list, nodes.length ? nodes : h("div", { class: "choices-none", role: "status" }, otherwise));
    const current = shown.findIndex(isPicked);
    activate(multiple ? Math.min(active, shown.length - 1) : current >= 0 ? current : shown.length ? 0 : -1);
    floating?.place();
  }

  function activate(index, { scroll = true } = {}) {
    list.querySelector(".active")?.classList.remove("active");
    active = index;
    const node = index < 0 ? null : list.querySelector(`#${listId}-${index}`);
    node?.classList.add("active");
    if (scroll) node?.scrollIntoView({ block: "nearest" });
    if (node) input.setAttribute("aria-activedescendant", node.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function open() {
    if (floating) return;
    floating = float(list, box, { sameWidth: true });
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", listId);
    input.select();
    refresh("");
  }

  function close() {
    if (!floating) return;
    floating.close();
    floating = null;
    search += 1;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-controls");
    input.removeAttribute("aria-activedescendant");
  }

  const step = (by) => {
    if (!floating) open();
    else if (shown.length) activate((active + by + shown.length) % shown.length);
  };

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(active < 0 ? 0 : -1),
    Enter: () => {
      if (!floating) return false;
      if (shown[active]) pick(shown[active]);
      return true;
    },
    Escape: () => {
      if (!floating) return false;
      close();
      showPicked();
      return true;
    },
    Backspace: () => {
      if (!multiple || input.value || !picked.length) return false;
      settle(picked.slice(0, -1));
      return true;
    },
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key]) return;
    if (KEYS[event.key]() === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("input", () => {
    open();
    refresh(input.value);
  });
  input.addEventListener("click", open);
  input.addEventListener("blur", () => {
    close();
    if (multiple) input.value = "";
    else if (clearable && input.value === "" && picked.length) settle([]);
    showPicked();
  });
  clear.addEventListener("click", () => {
    settle([]);
    input.focus();
  });
  box.addEventListener("click", (event) => {
    if (event.target.closest("button, input")) return;
    input.focus();
    open();
  });

  showPicked();
  return box;
}
