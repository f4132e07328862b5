// The page: its viewer and location, and what is rendered again after a change.

import { placeOf, readAddress, writeAddress } from "./address.js";
import { coalesce } from "./coalesce.js";
import { Conversation } from "./conversation.js";
import { fill, h } from "./dom.js";
import { Inspector } from "./inspector.js";
import { listen } from "./live.js";
import { Modals } from "./modals.js";
import * as server from "./server.js";
import { Sidebar } from "./sidebar.js";
import { Thread } from "./thread.js";
import { createToasts } from "./toasts.js";
import { Workspace } from "./workspace.js";

const NARROW = matchMedia("(max-width: 760px)");

class Page {
  place = readAddress();
  drafts = new Map();
  conversation = null;
  panel = null;
  conversations = [];
  #root;
  #toasts = createToasts();
  #banner = h(
    "div",
    { class: "banner", role: "status", hidden: true },
    "The sandbox is away. Trying to reach it again…",
  );
  #main = h("main", { class: "main", tabindex: "-1" });
  #scrim = h("div", { class: "scrim", on: { click: () => this.closeDrawer() } });
  #stopListening = () => undefined;
  /** Counts the changes of viewer, so that work for an earlier viewer can be discarded. */
  #visit = 0;

  constructor(root) {
    this.#root = root;
    this.refreshConversations = coalesce(() => this.#fetchConversations());
  }

  async start() {
    this.workspace = await Workspace.load();
    addEventListener("popstate", () => this.#moved());
    NARROW.addEventListener("change", () => this.closeDrawer());
    document.addEventListener("click", (event) => this.#follow(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#root.classList.contains("drawer-open")) this.closeDrawer();
    });
    await this.#enter();
  }

  /** Go to another location: `{as?, channel?, thread?, tab?, panel?}`; null removes one. */
  go(changes) {
    writeAddress(changes);
    return this.#moved();
  }

  /** A short notice. */
  say(sentence) {
    this.#toasts.say(sentence);
  }

  /** Run a call; if the sandbox refuses it or cannot be reached, show that and return undefined. */
  async try(call) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof server.SandboxError)) throw error;
      if (error.unreachable) this.#banner.hidden = false;
      else this.#toasts.say(error.message);
      return undefined;
    }
  }

  openDrawer() {
    this.#root.classList.add("drawer-open");
    this.#drawerState();
    this.sidebar.element.querySelector("[aria-current=page], .place").focus();
  }

  closeDrawer() {
    const wasOpen = this.#root.classList.contains("drawer-open");
    this.#root.classList.remove("drawer-open");
    this.#drawerState();
    if (wasOpen) this.#main.querySelector(".open-drawer")?.focus();
  }

  clockMoved({ offset_seconds: offset }) {
    this.workspace.offsetSeconds = offset;
    this.sidebar.clock.show();
  }

  /** A message was posted or changed in a conversation. */
  conversationChanged(channel) {
    const jobs = [this.refreshConversations];
    if (this.conversation?.place.id === channel) jobs.push(this.conversation.refresh);
    if (this.panel instanceof Thread && this.panel.channel === channel) jobs.push(this.panel.refresh);
    return this.try(() => Promise.all(jobs.map((refresh) => refresh())));
  }

  /** Switch to the viewer in the URL: everything that depends on the viewer is created again. */
  async #enter() {
    this.#leave();
    this.#visit += 1;
    const visit = this.#visit;
    const wanted = this.workspace.person(this.place.as);
    const viewer = wanted && !wanted.is_bot ? wanted.id : this.workspace.people[0].id;
    const { workspace } = this;
    this.viewer = viewer;
    this.context = {
      workspace,
      reader: { id: viewer, zone: workspace.zoneOf(viewer), locale: workspace.localeOf(viewer) },
    };
    this.sidebar = new Sidebar(this);
    this.modals = new Modals(this);
    const { conversations } = await server.conversations(viewer);
    if (visit !== this.#visit) return;
    this.conversations = conversations;
    fill(this.#root, this.sidebar.element, this.#scrim, this.#main, this.#banner, this.#toasts.element);
    this.#drawerState();
    await this.#show();
    if (visit !== this.#visit) return;
    this.#stopListening = listen(viewer, {
      onChange: (change) => this.try(() => this.#changed(change)),
      onOpen: (again) => this.#connected(again, visit),
      onLost: () => {
        this.#banner.hidden = false;
      },
    });
  }

  #leave() {
    this.#stopListening();
    this.sidebar?.end();
    this.modals?.end();
    this.conversation = null;
    this.panel = null;
  }

  async #moved() {
    this.place = readAddress();
    this.closeDrawer();
    const other = (this.place.as ?? this.viewer) !== this.viewer;
    await this.try(() => (other ? this.#enter() : this.#show()));
  }

  /** Render the location in the URL. */
  async #show() {
    const place = this.#conversationHere();
    this.place.channel = place.id;
    writeAddress({ as: this.viewer, channel: place.id }, { replace: true });
    const jobs = [];
    const tab = place.with === this.workspace.bot.user_id && this.place.tab === "home" ? "home" : "messages";
    const other =
      this.conversation?.place.id !== place.id ||
      this.conversation.place.is_member !== place.is_member ||
      this.conversation.tab !== tab;
    if (other) {
      this.conversation = new Conversation(this, place, tab);
      jobs.push(this.conversation.open());
    }
    this.#showPanel(place, jobs);
    this.#showPlaces();
    if (other) this.#focus();
    await this.try(() => Promise.all(jobs));
    await this.try(() => this.refreshConversations());
    this.#point();
  }

  /** Scroll to the message in the URL, once. */
  #point() {
    const { message, thread } = this.place;
    if (!message) return;
    writeAddress({ message: null }, { replace: true });
    this.place.message = null;
    const found = thread && this.panel instanceof Thread ? this.panel.point(message) : this.conversation.point(message);
    if (!found) this.say("That message is not here any more.");
  }

  #showPanel(place, jobs) {
    const { thread, panel } = this.place;
    const fits =
      (panel === "inspector" && this.panel instanceof Inspector) ||
      (panel !== "inspector" &&
        thread &&
        this.panel instanceof Thread &&
        this.panel.ts === thread &&
        this.panel.channel === place.id) ||
      (panel !== "inspector" && !thread && !this.panel);
    if (!fits) {
      this.panel =
        panel === "inspector"
          ? new Inspector(this)
          : thread
            ? new Thread(this, place, thread, this.conversation.title)
            : null;
      if (this.panel) jobs.push(this.panel.refresh());
    }
    this.#root.classList.toggle("with-panel", Boolean(this.panel));
    const shown = [this.conversation.element, this.panel?.element].filter(Boolean);
    if (shown.length !== this.#main.children.length || shown.some((node, index) => node !== this.#main.children[index]))
      fill(this.#main, shown);
    if (!fits && this.panel) this.panel.focus();
  }

  #focus() {
    if (this.focusTabAfterMove) this.#main.querySelector("[role=tab][aria-selected=true]")?.focus();
    else if (!this.panel && !NARROW.matches) this.conversation.focus();
    this.focusTabAfterMove = false;
  }

  #conversationHere() {
    const { channel } = this.place;
    const { workspace } = this;
    const found = this.conversations.find(({ id, with: other }) => id === channel || (other && other === channel));
    if (found) return found;
    if (workspace.peopleById.has(channel) || channel === workspace.bot.user_id)
      return { id: channel, kind: "dm", with: channel, name: null };
    // The conversation with the latest message: what a new viewer wants to see.
    const channels = this.conversations.filter(({ kind }) => kind === "channel");
    return channels.sort((a, b) => Number(b.latest ?? 0) - Number(a.latest ?? 0))[0] ?? this.conversations[0];
  }

  async #fetchConversations() {
    const viewer = this.viewer;
    const { conversations } = await server.conversations(viewer);
    if (viewer !== this.viewer || !this.conversation) return;
    this.conversations = conversations;
    this.#showPlaces();
  }

  #showPlaces() {
    this.sidebar.show(this.conversations, this.place);
    const elsewhere = this.conversations.filter(({ id }) => id !== this.place.channel);
    const unread = elsewhere.reduce((sum, conversation) => sum + conversation.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${this.conversation.title} · ${this.workspace.team.name}`;
  }

  #changed(change) {
    switch (change.type) {
      case "view":
        return this.modals.refresh();
      case "home":
        return this.conversation?.refreshHome();
      case "clock":
        return this.clockMoved(change);
      case "request":
        return this.panel instanceof Inspector ? this.panel.refresh() : undefined;
      case "notice":
        return server.acting() ? undefined : this.#toasts.say(change.text);
      case "conversations":
        return change.channel ? this.#placesChanged() : this.#startedOver();
      default:
        return this.conversationChanged(change.channel);
    }
  }

  async #placesChanged() {
    await this.workspace.refresh();
    await this.refreshConversations();
  }

  /** The workspace was reset: earlier ids are no longer valid. */
  async #startedOver() {
    writeAddress({ channel: null, thread: null, tab: null }, { replace: true });
    await this.workspace.refresh();
    this.place = readAddress();
    await this.#enter();
  }

  /** The first connection, or one after a break, in which anything may have changed. */
  async #connected(again, visit) {
    this.#banner.hidden = true;
    await this.try(async () => {
      await this.workspace.refresh();
      await this.refreshConversations();
      if (visit !== this.#visit) return undefined;
      this.clockMoved({ offset_seconds: this.workspace.offsetSeconds });
      if (!this.#isStillThere()) return this.#startedOver();
      return Promise.all([
        this.modals.refresh(),
        this.conversation.refresh(),
        this.conversation.refreshHome(),
        again && this.panel?.refresh(),
      ]);
    });
  }

  /** A restarted sandbox has other conversations. */
  #isStillThere() {
    const { id } = this.conversation.place;
    return this.workspace.peopleById.has(id) || this.conversations.some((each) => each.id === id);
  }

  #drawerState() {
    const open = this.#root.classList.contains("drawer-open");
    if (!this.sidebar) return;
    this.sidebar.element.inert = NARROW.matches && !open;
    this.#main.inert = NARROW.matches && open;
  }

  /** Links to locations of this page do not reload it. */
  #follow(event) {
    const anchor = event.target.closest("a[href]");
    if (!anchor || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const place = placeOf(anchor.href);
    if (!place) return;
    event.preventDefault();
    this.go(place);
  }
}

const root = document.querySelector("#page");
const page = new Page(root);
page.start().catch((error) => {
  fill(root, h("p", { class: "start-problem", role: "alert" }, `The page could not start: ${error.message}`));
  throw error;
});
