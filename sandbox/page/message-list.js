// A conversation's messages by day, updated without rendering unchanged messages again.

import { Answers } from "./answers.js";
import { h, icon } from "./dom.js";
import { keepFocus } from "./keep-focus.js";
import { authorOf, renderMessage } from "./message.js";
import { putInOrder } from "./put-in-order.js";
import { dayHeading, dayOf, instant } from "./times.js";

const ONE_BREATH_SECONDS = 300;
const NEAR_END_PIXELS = 80;
const AT_ONCE = 200;

export class MessageList {
  #page;
  #threaded;
  #drawn = new Map();
  #answers = new Map();
  #log;
  #newer;
  #following = true;
  #limit = AT_ONCE;
  #shown = [[], null];
  #earlier = h(
    "button",
    { type: "button", class: "button earlier", on: { click: () => this.#showMore() } },
    "Show earlier messages",
  );

  constructor(page, { label, threaded = false }) {
    this.#page = page;
    this.#threaded = threaded;
    this.#log = h("div", { class: "log", role: "log", "aria-label": label, "aria-busy": "true" });
    this.#newer = h(
      "button",
      { type: "button", class: "newer", hidden: true, on: { click: () => this.#toEnd() } },
      icon("down"),
      "Newest messages",
    );
    this.element = h("div", { class: "message-list" }, this.#log, this.#newer);
    this.#log.addEventListener("scroll", () => this.#watchScroll(), { passive: true });
    this.#log.addEventListener("keydown", (event) => this.#step(event));
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(this.#log);
  }

  /** Show these messages, oldest first; initially only the newest of them. `head` is above the first one. */
  show(all, head = null) {
    this.#shown = [all, head];
    const messages = all.slice(-this.#limit);
    const top = messages.length < all.length ? this.#earlier : head;
    const nodes = top ? [top] : [];
    const kept = new Set();
    const { reader, workspace } = this.#page.context;
    let before = null;
    for (const message of messages) {
      const day = dayOf(instant(message.ts), reader);
      if (!before || day !== dayOf(instant(before.ts), reader)) {
        nodes.push(this.#divider(day, message, workspace.now()));
        before = null;
      }
      nodes.push(this.#node(message, this.#continues(message, before)));
      kept.add(message.ts);
      before = message;
    }
    for (const ts of this.#drawn.keys()) {
      if (kept.has(ts)) continue;
      this.#drawn.delete(ts);
      this.#answers.delete(ts);
    }
    const focused = this.#log.contains(document.activeElement) && document.activeElement.closest(".message");
    const grew = this.#log.lastElementChild !== nodes.at(-1);
    keepFocus(
      () => this.#log,
      () => putInOrder(this.#log, nodes),
    );
    this.#rove();
    // The focused message was rendered again or removed: keep the focus on it, or at least in the list.
    if (focused && !this.#log.contains(document.activeElement)) {
      (this.#drawn.get(focused.dataset.ts)?.node ?? this.#log.querySelector(".message[tabindex='0']"))?.focus({
        preventScroll: true,
      });
    }
    this.#log.setAttribute("aria-busy", "false");
    if (this.#following) this.#toEnd();
    else if (grew) this.#newer.hidden = false;
  }

  /** Scroll one message to the middle and focus it; false if it is not in the list. */
  point(ts) {
    while (!this.#drawn.has(ts) && this.#limit < this.#shown[0].length) this.#showMore();
    const node = this.#drawn.get(ts)?.node;
    if (!node) return false;
    this.#following = false;
    this.#rove(node);
    node.classList.add("pointed");
    node.addEventListener("blur", () => node.classList.remove("pointed"), { once: true });
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "center" });
    return true;
  }

  /** Show as many earlier messages again; the visible ones stay in place. */
  #showMore() {
    const fromEnd = this.#log.scrollHeight - this.#log.scrollTop;
    this.#limit += AT_ONCE;
    this.show(...this.#shown);
    this.#log.scrollTop = this.#log.scrollHeight - fromEnd;
  }

  #continues(message, before) {
    if (
      !before ||
      message.ephemeral_to ||
      before.ephemeral_to ||
      before.thread_ts === before.ts ||
      message.thread_ts !== before.thread_ts
    )
      return false;
    const { workspace } = this.#page.context;
    const [author, other] = [authorOf(message, workspace), authorOf(before, workspace)];
    return (
      author.id === other.id &&
      author.name === other.name &&
      Number(message.ts) - Number(before.ts) < ONE_BREATH_SECONDS
    );
  }

  #node(message, compact) {
    const key = JSON.stringify([message, compact]);
    const drawn = this.#drawn.get(message.ts);
    if (drawn?.key === key || drawn?.node.classList.contains("editing")) return drawn.node;
    if (!this.#answers.has(message.ts)) this.#answers.set(message.ts, new Answers(message.channel));
    const node = renderMessage(message, {
      page: this.#page,
      answers: this.#answers.get(message.ts),
      compact,
      threaded: this.#threaded,
    });
    this.#drawn.set(message.ts, { key, node });
    return node;
  }

  #divider(day, message, now) {
    const words = dayHeading(instant(message.ts), now, this.#page.context.reader);
    const known = this.#log.querySelector(`[data-day="${day}"]`);
    if (known) {
      known.firstElementChild.textContent = words;
      return known;
    }
    return h("div", { class: "day", role: "separator", "aria-label": words, data: { day } }, h("span", {}, words));
  }

  /** Only one message is a tab stop; the arrow keys move to the others. */
  #rove(current = null) {
    const articles = [...this.#log.querySelectorAll(".message")];
    const stop = current ?? articles.find((node) => node.contains(document.activeElement)) ?? articles.at(-1);
    for (const node of articles) node.tabIndex = node === stop ? 0 : -1;
  }

  #step(event) {
    if (!event.target.classList.contains("message")) return;
    const articles = [...this.#log.querySelectorAll(".message")];
    const at = articles.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 }[event.key];
    if (to === undefined || !articles[to]) return;
    event.preventDefault();
    this.#rove(articles[to]);
    articles[to].focus();
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#newer.hidden = true;
    this.#following = true;
  }

  #watchScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
    if (this.#following) this.#newer.hidden = true;
  }
}
