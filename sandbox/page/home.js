// The app's Home tab.

import { Answers } from "./answers.js";
import { renderBlocks } from "./blocks.js";
import { coalesce } from "./coalesce.js";
import { fill, h, icon } from "./dom.js";
import { keepFocus } from "./keep-focus.js";
import * as server from "./server.js";
import { surfaceOf } from "./surface.js";

export class Home {
  #page;
  #answers = new Answers();
  #drawn = null;

  constructor(page) {
    this.#page = page;
    this.problem = h("div", { class: "problem", role: "alert" });
    this.body = h("div", { class: "home-body" });
    this.element = h(
      "div",
      { class: "home", role: "tabpanel", id: "panel-home", "aria-labelledby": "tab-home", tabindex: "0" },
      this.problem,
      this.body,
    );
    this.refresh = coalesce(() => this.#fetch());
  }

  /** Tell the app that its Home was opened, and show what it publishes. */
  async open() {
    await this.refresh();
    const { delivery } = (await this.#page.try(() => server.openHome(this.#page.context.reader.id))) ?? {};
    if (delivery?.error) this.#fail(delivery.error);
    await this.refresh();
  }

  #fail(sentence) {
    fill(this.problem, sentence && icon("warning"), sentence);
  }

  async #fetch() {
    const { view } = await server.home(this.#page.context.reader.id);
    const drawn = JSON.stringify(view);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { context } = this.#page;
    if (!view) {
      fill(
        this.body,
        h("p", { class: "nothing-yet" }, `${context.workspace.bot.name} has not published a Home for you yet.`),
      );
      return;
    }
    const { blocks } = view;
    this.#answers.keepOnly(blocks);
    const surface = surfaceOf({
      context,
      container: { type: "home" },
      answers: this.#answers,
      blocks: () => blocks,
      failed: (sentence) => this.#fail(sentence),
    });
    this.body.dataset.viewId = view.id ?? "";
    keepFocus(
      () => this.body,
      () => fill(this.body, renderBlocks(blocks, surface)),
    );
  }
}
