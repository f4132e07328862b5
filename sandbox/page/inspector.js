// The inspector: requests and responses between the bot and the workspace, and the fault switches.

import { coalesce } from "./coalesce.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { FaultSwitches } from "./faults.js";
import * as server from "./server.js";
import { instant } from "./times.js";

const MOST_SHOWN = 300;
const SHOW = [
  ["all", "All"],
  ["to_bot", "To the bot"],
  ["to_slack", "From the bot"],
  ["refused", "Refused or failed"],
];

export class Inspector {
  #page;
  #entries = [];
  #nodes = new Map();
  #list = h("ol", { class: "requests", "aria-label": "Requests, newest first" });
  #count = h("span", { class: "quiet", role: "status" });
  #words;
  #show;

  constructor(page) {
    this.#page = page;
    this.#words = h("input", {
      type: "search",
      class: "field-input",
      placeholder: "Filter by name or content",
      "aria-label": "Filter requests",
      on: { input: () => this.#draw() },
    });
    this.#show = h(
      "select",
      { class: "field-input", "aria-label": "Show", on: { change: () => this.#draw() } },
      SHOW.map(([value, label]) => h("option", { value }, label)),
    );
    this.faults = new FaultSwitches(page);
    this.refresh = coalesce(() => this.#fetch());
    this.element = h(
      "aside",
      { class: "panel inspector", "aria-label": "Inspector" },
      h(
        "header",
        { class: "panel-head" },
        h("h2", {}, "Inspector"),
        this.#count,
        iconButton("close", "Close the inspector", () => page.go({ panel: null })),
      ),
      this.faults.element,
      h("div", { class: "inspector-filter" }, this.#words, this.#show),
      this.#list,
    );
  }

  focus() {
    this.#words.focus();
  }

  async #fetch() {
    const { requests } = await server.requests(this.#entries.at(-1)?.id ?? 0);
    this.#entries.push(...requests);
    this.#draw();
    if (this.faults.element.open) await this.faults.refresh();
  }

  #draw() {
    const words = this.#words.value.trim().toLowerCase();
    const fits = (entry) => shownBy(this.#show.value, entry) && (!words || searchable(entry).includes(words));
    const shown = this.#entries.filter(fits).slice(-MOST_SHOWN).reverse();
    fill(this.#count, `${shown.length} of ${this.#entries.length}`);
    for (const entry of shown) if (!this.#nodes.has(entry.id)) this.#nodes.set(entry.id, this.#entry(entry));
    const nodes = shown.map(({ id }) => this.#nodes.get(id));
    fill(this.#list, nodes.length ? nodes : h("li", { class: "nothing-yet" }, "No requests."));
  }

  #entry(entry) {
    const failed = isBad(entry);
    const toBot = entry.direction === "to_bot";
    const answer = entry.refused ?? (entry.status === null ? "no answer" : String(entry.status));
    const body = h("div", { class: "request-body" });
    const details = h(
      "details",
      { class: failed ? "request bad" : "request", data: { request: entry.id } },
      h(
        "summary",
        {},
        h(
          "span",
          { class: toBot ? "direction to-bot" : "direction to-slack", title: toBot ? "To the bot" : "From the bot" },
          icon(toBot ? "down-left" : "up-right"),
        ),
        h("span", { class: "visually-hidden" }, toBot ? "To the bot: " : "From the bot: "),
        h("span", { class: "request-name" }, entry.name),
        entry.rang?.length > 0 &&
          h("span", { class: "request-rang" }, `rang ${entry.rang.map((who) => `@${who}`).join(" ")}`),
        entry.attempt > 1 && h("span", { class: "request-attempt" }, `attempt ${entry.attempt}`),
        h("span", { class: failed ? "request-status bad" : "request-status" }, answer),
        h("span", { class: "request-took" }, entry.took_ms === null ? "" : `${Math.round(entry.took_ms)} ms`),
        h("time", { class: "request-at" }, timeOf(entry.at, this.#page.context.reader)),
      ),
      body,
    );
    // Pretty-print only when opened.
    details.addEventListener("toggle", () => {
      if (details.open && !body.hasChildNodes())
        fill(body, part("Request", entry.request), part("Answer", entry.answer));
    });
    return h("li", {}, details);
  }
}

const isBad = ({ refused, status }) => Boolean(refused) || status === null || status >= 400;

const shownBy = (choice, entry) =>
  choice === "all" || (choice === "refused" ? isBad(entry) : entry.direction === choice);

const searchable = (entry) =>
  JSON.stringify([entry.name, entry.status, entry.refused, entry.request, entry.answer]).toLowerCase();

function part(title, content) {
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return [
    h("h3", {}, title),
    h("pre", { class: "code-block", tabindex: "0", "aria-label": title }, h("code", {}, text || "(empty)")),
  ];
}

function timeOf(at, { zone, locale }) {
  const date = typeof at === "number" ? instant(at) : new Date(at);
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(date);
}
