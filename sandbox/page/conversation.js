// The main pane: a channel or DM with its header, messages and composer; for the app's DM also its Home.

import { avatarOf } from "./avatar.js";
import { coalesce } from "./coalesce.js";
import { createComposer } from "./composer.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { Home } from "./home.js";
import { MessageList } from "./message-list.js";
import * as server from "./server.js";

export class Conversation {
  #page;
  #list;
  #composer;
  #home = null;

  /** `place` is `{id, kind, name, with}`; `tab` "home" shows the app's Home. */
  constructor(page, place, tab) {
    const { workspace, reader } = page.context;
    this.#page = page;
    this.place = place;
    this.withApp = place.with === workspace.bot.user_id;
    this.tab = this.withApp && tab === "home" ? "home" : "messages";
    const name = place.kind === "channel" ? `#${place.name}` : workspace.nameOf(place.with ?? reader.id);
    this.title = name;
    this.#list = new MessageList(page, { label: `Messages in ${name}` });
    this.#composer = createComposer(page, {
      label: `Message ${name}`,
      channel: place.id,
      onPosted: (message) => page.try(() => this.#posted(message)),
    });
    if (this.withApp) this.#home = new Home(page);
    this.refresh = coalesce(() => this.#fetch());
    this.element = h("div", { class: "conversation", data: { channel: place.id } });
    fill(this.element, this.#head(name), this.#content());
  }

  /** Fetch the initial content. */
  async open() {
    if (this.tab === "home") await this.#home.open();
    else await this.refresh();
  }

  /** Scroll to a message; false if it is not in the list. */
  point(ts) {
    return this.#list.point(ts);
  }

  focus() {
    if (this.tab === "messages" && this.place.is_member !== false) this.#composer.focus();
  }

  /** The first message to a person opens the DM, which has its own location. */
  async #posted({ channel }) {
    if (channel === this.place.id) return this.refresh();
    await this.#page.refreshConversations();
    return this.#page.go({ channel });
  }

  refreshHome() {
    return this.tab === "home" ? this.#home.refresh() : undefined;
  }

  async #fetch() {
    if (this.tab !== "messages") return;
    const { place } = this;
    const { reader } = this.#page.context;
    // A DM without messages has no id.
    const messages = /^[UW]/.test(place.id) ? [] : (await server.messages(reader.id, place.id)).messages;
    const inChannel = messages.filter(
      ({ ts, thread_ts: thread, subtype }) => !thread || thread === ts || subtype === "thread_broadcast",
    );
    this.#list.show(inChannel, this.#beginning());
  }

  #beginning() {
    this.beginning ??= this.#drawBeginning();
    return this.beginning;
  }

  #drawBeginning() {
    const { workspace } = this.#page.context;
    if (this.place.kind === "channel") {
      const channel = workspace.channelsById.get(this.place.id);
      const purpose = textOf(channel?.purpose) || textOf(channel?.topic);
      return h(
        "div",
        { class: "beginning" },
        h("span", { class: "beginning-sign", "aria-hidden": "true" }, "#"),
        h("h2", {}, this.title),
        h("p", {}, purpose || `This is where ${this.title} begins.`),
      );
    }
    const id = this.place.with;
    return h(
      "div",
      { class: "beginning" },
      avatarOf(id, workspace),
      h("h2", {}, this.title),
      h(
        "p",
        {},
        this.withApp
          ? "Only you and the app see this conversation."
          : `Only you and ${this.title} see this conversation.`,
      ),
    );
  }

  #head(name) {
    const { workspace } = this.#page.context;
    const { place } = this;
    const channel = workspace.channelsById.get(place.id);
    const about =
      place.kind === "channel" ? textOf(channel?.topic) || textOf(channel?.purpose) : workspace.titleOf(place.with);
    return h(
      "header",
      { class: "conversation-head" },
      h(
        "div",
        { class: "head-row" },
        iconButton("menu", "Open the sidebar", () => this.#page.openDrawer(), { class: "icon-button open-drawer" }),
        place.kind === "dm" && avatarOf(place.with, workspace),
        h("h1", {}, name),
        (this.withApp || workspace.isBot(place.with)) && h("span", { class: "app-badge" }, "APP"),
        about && h("span", { class: "head-about", dir: "auto" }, about),
        iconButton(
          "inspect",
          "Inspector",
          () => this.#page.go({ panel: this.#page.place.panel ? null : "inspector", thread: null }),
          { class: "icon-button head-inspector" },
        ),
      ),
      this.withApp && this.#tabs(),
    );
  }

  #tabs() {
    const tab = (id, label) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${id}`,
          "aria-selected": String(this.tab === id),
          "aria-controls": `panel-${id}`,
          tabindex: this.tab === id ? "0" : "-1",
          on: { click: () => this.#page.go({ tab: id === "home" ? "home" : null, thread: null }) },
        },
        icon(id === "home" ? "home" : "thread"),
        label,
      );
    const tabs = [tab("home", "Home"), tab("messages", "Messages")];
    return h(
      "div",
      {
        class: "tabs",
        role: "tablist",
        "aria-label": this.title,
        on: {
          keydown: (event) => {
            if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
            this.#page.focusTabAfterMove = true;
            tabs.find((node) => node.tabIndex < 0).click();
          },
        },
      },
      tabs,
    );
  }

  #joining() {
    const join = async () => {
      const joined = await this.#page.try(() =>
        server.join({ as: this.#page.context.reader.id, channel: this.place.id }),
      );
      if (joined) await this.#page.try(this.#page.refreshConversations);
      if (joined) await this.#page.go({});
    };
    return h(
      "div",
      { class: "joining" },
      h("p", {}, `You are looking at ${this.title} from outside.`),
      h("button", { type: "button", class: "button primary", on: { click: join } }, "Join the channel"),
    );
  }

  #content() {
    if (this.tab === "home") return this.#home.element;
    const panel = this.withApp ? { role: "tabpanel", id: "panel-messages", "aria-labelledby": "tab-messages" } : {};
    return h(
      "div",
      { class: "conversation-body", ...panel },
      this.#list.element,
      this.place.is_member === false ? this.#joining() : this.#composer.element,
    );
  }
}

const textOf = (field) => (typeof field === "string" ? field : (field?.value ?? ""));
