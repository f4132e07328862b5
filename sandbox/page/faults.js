// The fault switches: inject faults into the workspace's APIs.

import { fill, h, uniqueId } from "./dom.js";
import * as server from "./server.js";

const METHODS = [
  "*",
  "chat.postMessage",
  "chat.update",
  "chat.postEphemeral",
  "conversations.open",
  "users.info",
  "views.open",
  "views.update",
  "views.push",
  "views.publish",
];
const KINDS = [
  ["500", "HTTP 500"],
  ["429", "429, Retry-After (s)"],
  ["error", "Slack error"],
];
const NUMBERS = [
  ["slow_ms", "Slow every call by (ms)"],
  ["hang", "Hang the next calls"],
  ["reset", "Break the next connections"],
  ["duplicate", "Deliver the next events twice"],
];

export class FaultSwitches {
  #page;
  #inForce = { errors: {} };
  // Counts the starts and ends of changes: a response to an earlier request is out of date.
  #changes = 0;
  #count = h("span", { class: "badge", hidden: true });
  #errors = h("ul", { class: "fault-list" });
  #numbers = new Map();
  #disorder;
  #deliver;

  constructor(page) {
    this.#page = page;
    const check = (label, change) => {
      const input = h("input", {
        type: "checkbox",
        role: "switch",
        on: { change: () => this.#set(change(input.checked)) },
      });
      return [input, h("label", { class: "fault-row" }, h("span", {}, label), input)];
    };
    const [disorder, disorderRow] = check("Deliver events out of order", (on) => ({ out_of_order: on }));
    const [deliver, deliverRow] = check("Deliver to the bot", (on) => ({ deliver: on ? "on" : "off" }));
    this.#disorder = disorder;
    this.#deliver = deliver;
    // Delivery is on by default; showing "off" until the response arrives would be wrong.
    this.#deliver.checked = true;
    this.element = h(
      "details",
      { class: "faults" },
      h("summary", {}, "Fault switches ", this.#count),
      h(
        "fieldset",
        // Disabled until the active faults are known.
        { class: "faults-body", disabled: true, "aria-label": "Fault switches" },
        deliverRow,
        disorderRow,
        NUMBERS.map(([name, label]) => this.#number(name, label)),
        this.#failForm(),
        this.#errors,
        h(
          "button",
          { type: "button", class: "button", on: { click: () => this.#set({ clear: true }) } },
          "Clear all faults",
        ),
      ),
    );
    this.element.addEventListener("toggle", () => this.element.open && this.refresh());
  }

  async refresh() {
    const known = this.#changes;
    const faults = await this.#page.try(() => server.faults());
    if (faults && known === this.#changes) this.#show(faults);
  }

  async #set(changes) {
    this.#changes += 1;
    const faults = await this.#page.try(() => server.setFaults(changes));
    this.#changes += 1;
    if (faults) this.#show(faults);
  }

  #show(faults) {
    this.#inForce = faults;
    const errors = Object.entries(faults.errors ?? {});
    this.element.querySelector("fieldset").disabled = false;
    this.#deliver.checked = faults.deliver !== "off";
    this.#disorder.checked = Boolean(faults.out_of_order);
    const active = [!this.#deliver.checked, this.#disorder.checked];
    for (const [name, input] of this.#numbers) {
      const left = total(faults[name]);
      active.push(left > 0);
      if (document.activeElement !== input) input.value = String(left);
    }
    const count = errors.length + active.filter(Boolean).length;
    this.#count.hidden = count === 0;
    fill(this.#count, String(count), h("span", { class: "visually-hidden" }, " in force"));
    fill(
      this.#errors,
      errors.map(([method, rule]) =>
        h(
          "li",
          {},
          h("code", {}, method),
          h("span", {}, ` ${describe(rule)}, ${rule.count} left`),
          h(
            "button",
            {
              type: "button",
              class: "link-button",
              "aria-label": `Remove the fault of ${method}`,
              on: { click: () => this.#remove(method) },
            },
            "Remove",
          ),
        ),
      ),
    );
  }

  #remove(method) {
    const { [method]: _, ...errors } = this.#inForce.errors;
    return this.#set({ errors });
  }

  #number(name, label) {
    const input = h("input", {
      type: "number",
      min: "0",
      step: name === "slow_ms" ? "100" : "1",
      value: "0",
      class: "field-input",
      on: { change: () => this.#set({ [name]: Number(input.value) }) },
    });
    this.#numbers.set(name, input);
    return h("label", { class: "fault-row" }, h("span", {}, label), input);
  }

  #failForm() {
    const listId = uniqueId("methods");
    const method = h("input", { class: "field-input", list: listId, value: "*", "aria-label": "Method (* for all)" });
    const kind = h(
      "select",
      { class: "field-input", "aria-label": "What goes wrong" },
      KINDS.map(([value, label]) => h("option", { value }, label)),
    );
    const detail = h("input", {
      class: "field-input",
      "aria-label": "Seconds or error name",
      placeholder: "Seconds or error",
    });
    const count = h("input", { class: "field-input", type: "number", min: "1", value: "1", "aria-label": "How often" });
    const add = () => {
      const rule = {
        500: { status: 500 },
        429: { status: 429, error: "ratelimited", retry_after: Number(detail.value) || 1 },
        error: { error: detail.value.trim() || "internal_error" },
      }[kind.value];
      return this.#set({
        errors: { ...this.#inForce.errors, [method.value.trim() || "*"]: { ...rule, count: Number(count.value) || 1 } },
      });
    };
    return h(
      "form",
      {
        class: "fault-form",
        "aria-label": "Make a method fail",
        on: {
          submit: (event) => {
            event.preventDefault();
            add();
          },
        },
      },
      h(
        "datalist",
        { id: listId },
        METHODS.map((name) => h("option", { value: name })),
      ),
      method,
      kind,
      detail,
      count,
      h("button", { class: "button" }, "Make it fail"),
    );
  }
}

/** How many calls a fault still applies to: a number, or a list of rules with counts. */
const total = (value) => (Array.isArray(value) ? value.reduce((sum, { count }) => sum + count, 0) : (value ?? 0));

const describe = ({ status, error, retry_after: after }) =>
  [status && status !== 200 ? `HTTP ${status}` : null, error, after && `retry after ${after} s`]
    .filter(Boolean)
    .join(", ");
