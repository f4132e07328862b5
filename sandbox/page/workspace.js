// The page's data about the workspace: names, people, channels, and its time.

import * as server from "./server.js";

export class Workspace {
  static async load() {
    return new Workspace(await server.workspace());
  }

  constructor(loaded) {
    this.#take(loaded);
  }

  /** Fetch again: there may be a new channel, or a reset. */
  async refresh() {
    this.#take(await server.workspace());
  }

  #take({ team, bot, people, channels, commands, shortcuts, offset_seconds: offset }) {
    this.team = team;
    this.bot = bot;
    this.people = people.filter((person) => !person.is_bot && !person.deleted);
    this.commands = commands;
    this.shortcuts = shortcuts;
    this.offsetSeconds = offset;
    this.peopleById = new Map(people.map((person) => [person.id, person]));
    this.channelsById = new Map(channels.map((channel) => [channel.id, channel]));
  }

  person(id) {
    return this.peopleById.get(id) ?? null;
  }

  isBot(id) {
    return id === this.bot.user_id || Boolean(this.person(id)?.is_bot);
  }

  nameOf(id) {
    if (id === this.bot.user_id) return this.bot.name;
    const person = this.person(id);
    return person?.real_name || person?.profile?.display_name || person?.name || id;
  }

  /** The name to type after "@". */
  handleOf(id) {
    return id === this.bot.user_id ? this.bot.name.toLowerCase().replaceAll(" ", "") : (this.person(id)?.name ?? id);
  }

  /** The person that "@dana" mentions, or null. */
  idOfHandle(handle) {
    const ids = [this.bot.user_id, ...this.people.map(({ id }) => id)];
    return ids.find((id) => this.handleOf(id) === handle) ?? null;
  }

  titleOf(id) {
    return this.person(id)?.profile?.title ?? "";
  }

  channelName(id) {
    return this.channelsById.get(id)?.name ?? id;
  }

  zoneOf(id) {
    return this.person(id)?.tz ?? "UTC";
  }

  localeOf(id) {
    return (this.person(id)?.locale ?? "en-US").replace("_", "-");
  }

  /** The workspace's time, which moves with the clock control. */
  now() {
    return new Date(Date.now() + this.offsetSeconds * 1000);
  }
}
