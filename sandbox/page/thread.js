// The thread panel.

import { coalesce } from "./coalesce.js";
import { createComposer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { MessageList } from "./message-list.js";
import * as server from "./server.js";

export class Thread {
  #page;
  #list;
  #composer;

  constructor(page, place, ts, placeName) {
    this.#page = page;
    this.channel = place.id;
    this.ts = ts;
    this.#list = new MessageList(page, { label: "Thread", threaded: true });
    this.#composer = createComposer(page, {
      label: "Reply in thread",
      channel: place.id,
      threadTs: ts,
      onPosted: () => page.try(this.refresh),
    });
    this.refresh = coalesce(() => this.#fetch());
    this.element = h(
      "aside",
      { class: "panel thread", "aria-label": "Thread" },
      h(
        "header",
        { class: "panel-head" },
        h("h2", {}, "Thread"),
        h("span", { class: "quiet" }, placeName),
        iconButton("close", "Close the thread", () => this.#close()),
      ),
      this.#list.element,
      this.#composer.element,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#close();
    });
  }

  /** Scroll to a message; false if it is not in the list. */
  point(ts) {
    return this.#list.point(ts);
  }

  focus() {
    this.#composer.focus();
  }

  #close() {
    this.#page.go({ thread: null });
    this.#page.conversation?.focus();
  }

  async #fetch() {
    const { messages } = await server.messages(this.#page.context.reader.id, this.channel, this.ts);
    this.#list.show(messages.map((message) => ({ ...message, reply_count: 0 })));
  }
}
