// Times for the viewer: in their time zone and language, relative to the workspace's time.

const formats = new Map();

function format(date, { zone, locale }, options) {
  const key = JSON.stringify([zone, locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key).format(date);
}

/** The instant of a message timestamp ("1700000000.000100") or of seconds. */
export const instant = (ts) => new Date(Number(ts) * 1000);

export const clockTime = (date, reader) => format(date, reader, { hour: "numeric", minute: "2-digit" });

export const longDate = (date, reader) =>
  format(date, reader, { weekday: "long", month: "long", day: "numeric", year: "numeric" });

export const clockFace = (date, reader) =>
  format(date, reader, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

/** "2026-11-21": the calendar day of an instant in the reader's zone. */
export const dayOf = (date, reader) =>
  format(date, { ...reader, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit" });

/** "Today", "Yesterday", or null. */
function nearDay(date, now, reader) {
  const day = dayOf(date, reader);
  if (day === dayOf(now, reader)) return "Today";
  if (day === dayOf(new Date(now.getTime() - 86_400_000), reader)) return "Yesterday";
  if (day === dayOf(new Date(now.getTime() + 86_400_000), reader)) return "Tomorrow";
  return null;
}

/** The heading of a day in a conversation. */
export const dayHeading = (date, now, reader) =>
  nearDay(date, now, reader) ?? format(date, reader, { weekday: "long", month: "long", day: "numeric" });

function ago(date, now, locale) {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const numeric = { year: "numeric", month: "2-digit", day: "2-digit" };
const plain = { year: "numeric", month: "long", day: "numeric" };
const short = { year: "numeric", month: "short", day: "numeric" };
const long = { weekday: "long", ...plain };

/** Slack's date tokens: `{date_short_pretty} at {time}` for an instant. */
export function fillDateTokens(template, date, now, reader) {
  const near = nearDay(date, now, reader);
  const tokens = {
    date_num: () => dayOf(date, reader),
    date_slash: () => format(date, reader, numeric),
    date: () => format(date, reader, plain),
    date_short: () => format(date, reader, short),
    date_long: () => format(date, reader, long),
    date_pretty: () => near?.toLowerCase() ?? format(date, reader, plain),
    date_short_pretty: () => near?.toLowerCase() ?? format(date, reader, short),
    date_long_pretty: () => near?.toLowerCase() ?? format(date, reader, long),
    time: () => clockTime(date, reader),
    time_secs: () => format(date, reader, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(date, now, reader.locale),
    day_divider_pretty: () => dayHeading(date, now, reader),
  };
  return template.replace(/\{(\w+)\}/g, (whole, token) => tokens[token]?.() ?? whole);
}

/** "2026-11-21T14:30" (what a datetime-local input shows) for an instant, as the zone's clocks show it. */
export function toLocalInput(date, zone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...numeric, hour: "2-digit", minute: "2-digit" })
    .format(date)
    .replace(" ", "T");
}

/** The instant of the local time "2026-11-21T14:30" in the zone. */
export function fromLocalInput(text, zone) {
  const wanted = Date.parse(`${text}:00Z`);
  let guess = wanted;
  // Twice, because the first step may cross a change to or from summer time.
  for (let round = 0; round < 2; round += 1) {
    guess += wanted - Date.parse(`${toLocalInput(new Date(guess), zone)}:00Z`);
  }
  return new Date(guess);
}
