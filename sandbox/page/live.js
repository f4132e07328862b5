// The WebSocket with the changes, reconnected whenever it breaks.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;

/**
 * Listen to the changes that one person sees.
 * `onChange(change)` for each, `onOpen(again)` when connected (again: after a break), `onLost()` when it broke.
 * Returns a function that closes it.
 */
export function listen(viewer, { onChange, onOpen, onLost }) {
  let socket = null;
  let timer = null;
  let wait = FIRST_WAIT_MS;
  let broken = false;
  let ended = false;

  function connect() {
    const address = new URL(`/sandbox/live?as=${encodeURIComponent(viewer)}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      onOpen(broken);
      broken = false;
    });
    socket.addEventListener("message", (event) => onChange(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      if (ended) return;
      broken = true;
      onLost();
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}
