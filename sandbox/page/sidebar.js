// The sidebar: conversations, the viewer, and the clock.

import { addressOf } from "./address.js";
import { avatarOf } from "./avatar.js";
import { ClockControl } from "./clock-control.js";
import { h, icon, iconButton } from "./dom.js";
import { putInOrder } from "./put-in-order.js";

export class Sidebar {
  #page;
  #channels = h("ul", { class: "places" });
  #dms = h("ul", { class: "places" });
  #drawn = new Map();
  #inspector;

  constructor(page) {
    this.#page = page;
    const { workspace } = page.context;
    this.clock = new ClockControl(page);
    this.#inspector = h("a", { class: "stage-button inspector-link" }, icon("inspect"), "Inspector");
    this.element = h(
      "nav",
      { class: "sidebar", id: "sidebar", "aria-label": "Workspace" },
      h(
        "div",
        { class: "workspace-head" },
        h("span", { class: "workspace-sign", "aria-hidden": "true" }, workspace.team.name.slice(0, 1)),
        h(
          "div",
          { class: "workspace-name" },
          workspace.team.name,
          h("span", { class: "workspace-kind" }, "Simulated workspace"),
        ),
        iconButton("close", "Close the sidebar", () => page.closeDrawer(), { class: "icon-button close-drawer" }),
      ),
      h(
        "div",
        { class: "places-scroll" },
        h("h2", { id: "channels-title", class: "places-title" }, "Channels"),
        h("div", { role: "group", "aria-labelledby": "channels-title" }, this.#channels),
        h("h2", { id: "dms-title", class: "places-title" }, "Direct messages"),
        h("div", { role: "group", "aria-labelledby": "dms-title" }, this.#dms),
      ),
      h(
        "div",
        { class: "stage" },
        this.#viewAs(),
        this.clock.element,
        h("div", { class: "stage-part stage-links" }, this.#inspector),
      ),
    );
  }

  end() {
    this.clock.end();
  }

  /** Render the conversations, and mark the current one. */
  show(conversations, place) {
    const channels = conversations.filter(({ kind }) => kind === "channel");
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    putInOrder(
      this.#channels,
      channels.map((each) => this.#item(each, place)),
    );
    putInOrder(
      this.#dms,
      this.#directMessages(conversations).map((each) => this.#item(each, place)),
    );
    if (focused && !this.element.contains(document.activeElement)) {
      this.element.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
    }
    const inspecting = place.panel === "inspector";
    this.#inspector.href = addressOf({ panel: inspecting ? null : "inspector", thread: null });
    this.#inspector.toggleAttribute("data-open", inspecting);
    this.#inspector.setAttribute("aria-current", String(inspecting));
  }

  /** The app first, then people with a DM, then the others. */
  #directMessages(conversations) {
    const { workspace, reader } = this.#page.context;
    const dms = conversations.filter(({ kind }) => kind === "dm");
    const met = new Set(dms.map((each) => each.with));
    const others = [workspace.bot.user_id, ...workspace.people.map(({ id }) => id)]
      .filter((id) => id !== reader.id && !met.has(id))
      .map((id) => ({ id, kind: "dm", with: id, name: null, unread: 0 }));
    const isApp = (each) => each.with === workspace.bot.user_id;
    return [...dms, ...others].sort((a, b) => isApp(b) - isApp(a));
  }

  /** The list item of a conversation: the existing one, unless it has changed. */
  #item(conversation, place) {
    const href = addressOf({ channel: conversation.id, thread: null, tab: null });
    const key = JSON.stringify([conversation.unread, conversation.id === place.channel, href]);
    const drawn = this.#drawn.get(conversation.id);
    if (drawn?.key === key) return drawn.node;
    const node = h("li", {}, this.#link(conversation, place, href));
    this.#drawn.set(conversation.id, { key, node });
    return node;
  }

  #link(conversation, { channel }, href) {
    const { workspace } = this.#page.context;
    const { id, kind, unread } = conversation;
    const here = id === channel;
    const count = here ? 0 : unread;
    const app = kind === "dm" && workspace.isBot(conversation.with);
    const name = kind === "channel" ? conversation.name : workspace.nameOf(conversation.with);
    const badge = () => [count > 99 ? "99+" : String(count), h("span", { class: "visually-hidden" }, " unread")];
    return h(
      "a",
      {
        class: count ? "place unread" : "place",
        href,
        "aria-current": here ? "page" : null,
        data: { channel: id },
      },
      kind === "channel"
        ? h("span", { class: "place-sign", "aria-hidden": "true" }, "#")
        : avatarOf(conversation.with, workspace),
      h("span", { class: "place-name" }, name),
      app && h("span", { class: "app-badge" }, "APP"),
      conversation.is_ext_shared && h("span", { class: "app-badge" }, "SHARED"),
      count > 0 && h("span", { class: "badge" }, badge()),
    );
  }

  #viewAs() {
    const { workspace, reader } = this.#page.context;
    const select = h(
      "select",
      { id: "view-as", on: { change: () => this.#page.go({ as: select.value, thread: null }) } },
      workspace.people.map((person) => {
        const title = workspace.titleOf(person.id);
        return h(
          "option",
          { value: person.id, selected: person.id === reader.id },
          title ? `${workspace.nameOf(person.id)} · ${title}` : workspace.nameOf(person.id),
        );
      }),
    );
    return h(
      "div",
      { class: "stage-part view-as" },
      avatarOf(reader.id, workspace),
      h("div", { class: "view-as-field" }, h("label", { for: "view-as" }, "View as"), select),
    );
  }
}
