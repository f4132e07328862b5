// The current location, kept in the URL so that it can be linked: ?as=U1&channel=C1&thread=..&tab=home&panel=..
// `message` is scrolled to first, and then removed from the URL.

const NAMES = ["as", "channel", "thread", "tab", "panel", "message"];
const PERMALINK = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/;

/** The location in the current URL: each parameter's value or null. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name)]));
}

/** The location that a link leads to, which may be a message's permalink; null for a link to another site. */
export function placeOf(link) {
  const { origin, pathname, searchParams } = new URL(link);
  if (origin !== location.origin) return null;
  const [, channel, seconds, rest] = PERMALINK.exec(pathname) ?? [];
  if (channel) return { channel, message: `${seconds}.${rest}`, thread: searchParams.get("thread_ts"), tab: null };
  return pathname === "/" ? Object.fromEntries(NAMES.map((name) => [name, searchParams.get(name)])) : null;
}

/** The URL of the current location with changes; null removes a parameter. */
export function addressOf(changes) {
  const place = { ...readAddress(), ...changes };
  const query = new URLSearchParams(NAMES.filter((name) => place[name]).map((name) => [name, place[name]]));
  return `/?${query}`;
}

/** Go to a location; `replace` adds no entry to the history. */
export function writeAddress(changes, { replace = false } = {}) {
  const address = addressOf(changes);
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
}
