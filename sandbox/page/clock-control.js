// The workspace's clock and the buttons that move it.

import { fill, h, icon } from "./dom.js";
import * as server from "./server.js";
import { clockFace } from "./times.js";

const MOVES = [
  ["+1 h", "+1h"],
  ["+1 day", "+1d"],
  ["Next Monday 9:00", "next monday 9:00"],
  ["Reset", "reset"],
];
const TICK_MS = 10_000;

export class ClockControl {
  #page;
  #face = h("time", { class: "clock-face" });
  #shift = h("span", { class: "clock-shift" });
  #timer;

  constructor(page) {
    this.#page = page;
    this.element = h(
      "section",
      { class: "stage-part clock", role: "group", "aria-label": "Workspace clock" },
      h("div", { class: "clock-row", role: "status" }, icon("clock"), this.#face, this.#shift),
      h(
        "div",
        { class: "clock-buttons" },
        MOVES.map(([label, move]) =>
          h("button", { type: "button", class: "stage-button", on: { click: () => this.#move(move) } }, label),
        ),
      ),
    );
    this.#timer = setInterval(() => this.show(), TICK_MS);
    this.show();
  }

  end() {
    clearInterval(this.#timer);
  }

  /** Render the workspace's current time. */
  show() {
    const { workspace, reader } = this.#page.context;
    const now = workspace.now();
    const words = clockFace(now, reader);
    if (this.#face.textContent !== words) {
      fill(this.#face, words);
      this.#face.dateTime = now.toISOString();
    }
    fill(this.#shift, shifted(workspace.offsetSeconds));
  }

  async #move(move) {
    const answer = await this.#page.try(() => server.moveClock(move));
    if (answer) this.#page.clockMoved(answer);
  }
}

function shifted(seconds) {
  const hours = Math.round(Math.abs(seconds) / 3600);
  if (Math.abs(seconds) < 60) return "";
  const days = Math.floor(hours / 24);
  const words =
    [days && `${days} d`, hours % 24 && `${hours % 24} h`].filter(Boolean).join(" ") ||
    `${Math.round(Math.abs(seconds) / 60)} min`;
  return seconds > 0 ? `${words} ahead` : `${words} behind`;
}
