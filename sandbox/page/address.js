// Where the reader is, kept in the address so that it can be linked: ?as=U1&channel=C1&thread=..&tab=home&panel=..

const NAMES = ["as", "channel", "thread", "tab", "panel"];

/** The place in the address now: each name's value or null. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name)]));
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
