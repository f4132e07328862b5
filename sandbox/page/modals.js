// The stack of open modals: shows the top one, and keeps the input of those below and during updates.

import { Answers } from "./answers.js";
import { renderBlocks } from "./blocks.js";
import { coalesce } from "./coalesce.js";
import { openDialog } from "./dialog.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { keepFocus } from "./keep-focus.js";
import { renderText } from "./mrkdwn.js";
import * as server from "./server.js";
import { surfaceOf } from "./surface.js";

const TROUBLE = "We had some trouble connecting. Try again?";
const FIRST_FIELD = ".block-input input, .block-input textarea, .block-input select";

export class Modals {
  #page;
  #viewer;
  #open = new Map();
  #stack = [];
  #drawn = "";
  #frame = h("div", { class: "modal-frame" });
  #close = null;

  /** `page` gives the context; the modals are those of the person it is looked at as. */
  constructor(page) {
    this.#page = page;
    this.#viewer = page.context.reader.id;
    this.refresh = coalesce(() => this.#fetch());
  }

  /** Remove everything, for another viewer. */
  end() {
    this.#viewer = null;
    this.#show([]);
  }

  async #fetch() {
    const viewer = this.#viewer;
    if (!viewer) return;
    const { views } = await server.views(viewer);
    if (viewer === this.#viewer) this.#show(views);
  }

  #show(views) {
    this.#stack = views;
    for (const id of this.#open.keys()) if (!views.some((view) => view.id === id)) this.#open.delete(id);
    const top = views.at(-1);
    if (!top) {
      this.#close?.();
      this.#close = null;
      this.#drawn = "";
      return;
    }
    const fresh = !this.#open.has(top.id);
    if (fresh) this.#open.set(top.id, { answers: new Answers(this.#page.place.channel), busy: false });
    const { state: _, ...content } = top;
    const drawn = JSON.stringify(content);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const kept = this.#open.get(top.id);
    const next = fresh || kept.kind !== top.callback_id;
    kept.kind = top.callback_id;
    kept.blocks = top.blocks;
    kept.answers.keepOnly(kept.blocks);
    kept.errors = {};
    kept.problem = null;
    const pressed = next ? null : document.activeElement?.closest("[data-action-id]")?.dataset.actionId;
    // After an update, the same element has the focus. If it is gone, this is the next step.
    if (this.#draw(top, kept, next)) return;
    if (!next && this.#frame.contains(document.activeElement)) return;
    this.#frame.querySelector(".modal-body").scrollTop = 0;
    this.#focusFirst(pressed);
  }

  /** Draw the view, at its top if it is another step; else where it was. Returns whether the focus stayed where it was. */
  #draw(view, kept, next = false) {
    if (!this.#close) {
      this.#close = openDialog({ class: "dialog modal", "aria-labelledby": "modal-title" }, this.#frame, {
        onEscape: () => this.#dismiss(false),
      });
    }
    this.#frame.closest("dialog").dataset.viewId = view.id;
    const scrolled = this.#frame.querySelector(".modal-body")?.scrollTop ?? 0;
    const redraw = () => fill(this.#frame, this.#content(view, kept));
    if (next) {
      redraw();
      return false;
    }
    const stayed = keepFocus(() => this.#frame, redraw);
    this.#frame.querySelector(".modal-body").scrollTop = scrolled;
    return stayed;
  }

  #content(view, kept) {
    const { context } = this.#page;
    const problem = h("div", { class: "problem modal-problem", role: "alert" });
    const say = (sentence) => {
      kept.problem = sentence;
      fill(problem, sentence && icon("warning"), sentence);
    };
    say(kept.problem);
    const surface = surfaceOf({
      context,
      container: { type: "view", view_id: view.id },
      answers: kept.answers,
      blocks: () => kept.blocks,
      failed: (sentence) => say(sentence && TROUBLE),
      errors: kept.errors,
      heading: 3,
    });
    const submit =
      view.submit &&
      h(
        "button",
        {
          type: "submit",
          class: "button primary",
          "aria-busy": kept.busy ? "true" : null,
          "aria-disabled": kept.busy ? "true" : null,
        },
        renderText(view.submit, context),
      );
    return h(
      "form",
      {
        class: "modal-form",
        novalidate: true,
        on: {
          submit: (event) => {
            event.preventDefault();
            if (view.submit) this.#submit(view, kept);
          },
        },
      },
      h(
        "header",
        { class: "modal-header" },
        this.#stack.length > 1 && iconButton("back", "Back", () => this.#dismiss(false)),
        h("h2", { id: "modal-title", class: "dialog-title" }, renderText(view.title, context)),
        iconButton("close", "Close", () => this.#dismiss(true)),
      ),
      h("div", { class: "modal-body" }, renderBlocks(kept.blocks, surface)),
      problem,
      h(
        "footer",
        { class: "dialog-footer" },
        h(
          "span",
          { class: "modal-app" },
          h("span", { class: "app-badge" }, "APP"),
          this.#page.context.workspace.bot.name,
        ),
        (view.close || submit) &&
          h(
            "button",
            { type: "button", class: "button", on: { click: () => this.#dismiss(false) } },
            view.close ? renderText(view.close, context) : "Cancel",
          ),
        submit,
      ),
    );
  }

  async #submit(view, kept) {
    // A second click during the first request would submit twice.
    if (kept.busy) return;
    kept.problem = null;
    kept.errors = {};
    kept.busy = true;
    this.#draw(view, kept);
    let refused = null;
    try {
      const { delivery, errors } = await server.submitView({
        as: this.#viewer,
        view_id: view.id,
        state: kept.answers.values(kept.blocks),
        hash: view.hash,
      });
      if (delivery?.error) refused = TROUBLE;
      else if (errors) kept.errors = errors;
    } catch (error) {
      if (!(error instanceof server.SandboxError)) throw error;
      refused = error.unreachable ? TROUBLE : error.message;
    }
    kept.busy = false;
    kept.problem = refused;
    const failed = Boolean(refused) || Object.keys(kept.errors).length > 0;
    const top = this.#stack.at(-1);
    if (top?.id === view.id) {
      if (failed) return this.#drawErrors(top, kept);
      this.#draw(top, kept);
    }
    return this.#page.try(this.refresh);
  }

  #drawErrors(view, kept) {
    const known = new Set(kept.blocks.map(({ block_id: id }) => id));
    const stray = Object.entries(kept.errors).filter(([id]) => !known.has(id));
    if (stray.length) kept.problem = stray.map(([, sentence]) => sentence).join(" ");
    this.#draw(view, kept);
    const first = this.#frame.querySelector(".block.invalid");
    (first?.querySelector("input, textarea") ?? this.#frame.querySelector("button[type=submit]"))?.focus();
    first?.scrollIntoView({ block: "nearest" });
  }

  /** Close the top modal, or all of them. */
  async #dismiss(all) {
    const view = this.#stack.at(-1);
    if (!view) return;
    const left = all ? [] : this.#stack.slice(0, -1);
    const viewer = this.#viewer;
    this.#show(left);
    await this.#page.try(() => server.closeView({ as: viewer, view_id: view.id, ...(all && { clear: true }) }));
    await this.#page.try(this.refresh);
  }

  /**
   * Focus where the next answer is: the button that was pressed before (`pressed`, its action), the first field, or the
   * first button. A modal starts at its top: what is further down gets the focus without scrolling to it.
   */
  #focusFirst(pressed = null) {
    const find = (selector) => this.#frame.querySelector(selector);
    const wanted =
      find("[data-focus-on-load]") ??
      (pressed && find(`.modal-body button[data-action-id="${CSS.escape(pressed)}"]`)) ??
      find(FIRST_FIELD) ??
      find(".modal-body button") ??
      find("button[type=submit]") ??
      find(".modal-header button");
    wanted.focus({ preventScroll: wanted.dataset.focusOnLoad === undefined });
  }
}
