// Where the reader is, kept in the address so that it can be linked: ?as=U1&channel=C1&thread=..&tab=home&panel=..
// `message` is where to look first; it is taken away again when that was done.

const NAMES = ["as", "channel", "thread", "tab", "panel", "message"];
const PERMALINK = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/;

/** The place in the address now: each name's value or null. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name)]));
}

/** The place that a link of this page leads to, a message's permalink too; null for any other link. */
export function placeOf(link) {
  const { origin, pathname, searchParams } = new URL(link);
  if (origin !== location.origin) return null;
  const [, channel, seconds, rest] = PERMALINK.exec(pathname) ?? [];
  if (channel) return { channel, message: `${seconds}.${rest}`, thread: searchParams.get("thread_ts"), tab: null };
  return pathname === "/" ? Object.fromEntries(NAMES.map((name) => [name, searchParams.get(name)])) : null;
}

/** The address of a place, from the present one with changes; a null takes a name away. */
export function addressOf(changes) {
  const place = { ...readAddress(), ...changes };
  const query = new URLSearchParams(NAMES.filter((name) => place[name]).map((name) => [name, place[name]]));
  return `/?${query}`;
}

/** Go to a place; `replace` leaves no step in the history. */
export function writeAddress(changes, { replace = false } = {}) {
  const address = addressOf(changes);
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
}
