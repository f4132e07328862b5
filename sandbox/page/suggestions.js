// The composer's suggestions while typing: commands after "/", people after "@", channels after "#".

import { fill, h, uniqueId } from "./dom.js";
import { float } from "./floating.js";

const MOST = 8;

/** Watch a text field. `complete(text before the caret)` gives `{from, choices: [{insert, label, detail}]}` or null. */
export class Suggestions {
  #field;
  #complete;
  #list;
  #listId = uniqueId("suggestions");
  #floating = null;
  #found = null;
  #active = 0;

  constructor(field, complete) {
    this.#field = field;
    this.#complete = complete;
    this.#list = h("div", {
      role: "listbox",
      id: this.#listId,
      class: "choices-list suggestions",
      "aria-label": "Suggestions",
    });
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.refresh());
    field.addEventListener("blur", () => this.close());
  }

  refresh() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    this.#found = this.#complete(before);
    if (!this.#found?.choices.length) return this.close();
    this.#found.choices = this.#found.choices.slice(0, MOST);
    fill(
      this.#list,
      this.#found.choices.map(({ label, detail }, index) =>
        h(
          "div",
          {
            role: "option",
            id: `${this.#listId}-${index}`,
            class: "choices-option",
            on: {
              pointerdown: (event) => {
                event.preventDefault();
                this.#take(index);
              },
            },
          },
          h("span", { class: "choices-label" }, label, detail && h("span", { class: "choices-detail" }, detail)),
        ),
      ),
    );
    this.#floating ??= float(this.#list, this.#field.closest(".composer-box"), { sameWidth: true });
    this.#floating.place();
    this.#field.setAttribute("aria-controls", this.#listId);
    return this.#activate(0);
  }

  /** True if the list handled the key. */
  handle(event) {
    if (!this.#floating) return false;
    const count = this.#found.choices.length;
    if (event.key === "ArrowDown") this.#activate((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#activate((this.#active + count - 1) % count);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#take(this.#active);
    else if (event.key === "Enter" && !event.shiftKey) {
      const { insert } = this.#found.choices[this.#active];
      // Complete text is sent, not completed again.
      if (this.#field.value.slice(this.#found.from) === insert.trim()) {
        this.close();
        return false;
      }
      this.#take(this.#active);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close() {
    this.#floating?.close();
    this.#floating = null;
    this.#field.removeAttribute("aria-controls");
    this.#field.removeAttribute("aria-activedescendant");
  }

  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((node, at) => {
      node.classList.toggle("active", at === index);
      node.setAttribute("aria-selected", String(at === index));
    });
    this.#field.setAttribute("aria-activedescendant", `${this.#listId}-${index}`);
  }

  #take(index) {
    const caret = this.#field.selectionStart;
    this.#field.setRangeText(this.#found.choices[index].insert, this.#found.from, caret, "end");
    this.close();
    this.#field.focus();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
