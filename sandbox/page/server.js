// The calls of the user API (docs/sandbox.md), one function each.

/** The sandbox refused (with a sentence) or could not be reached (`unreachable`). */
export class SandboxError extends Error {
  constructor(sentence, { status = null, unreachable = false } = {}) {
    super(sentence);
    this.status = status;
    this.unreachable = unreachable;
  }
}

async function call(method, path, { query = {}, body } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  let response;
  try {
    response = await fetch(`/sandbox${path}${search}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw new SandboxError("The sandbox cannot be reached.", { unreachable: true, cause });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new SandboxError(answer.error ?? `The sandbox answered ${response.status}.`, { status: response.status });
  }
  return answer;
}

const get = (path, query) => call("GET", path, { query });

// A failed action is shown where it was done. Its notice, which is for other pages, arrives during the call.
const NOTICE_LAG_MS = 500;
let underWay = 0;

async function post(path, body = {}) {
  underWay += 1;
  try {
    return await call("POST", path, { body });
  } finally {
    setTimeout(() => {
      underWay -= 1;
    }, NOTICE_LAG_MS);
  }
}

/** Whether an action of this page is pending, or has just finished. */
export const acting = () => underWay > 0;

export const workspace = () => get("/workspace");
export const conversations = (as) => get("/conversations", { as });
export const messages = (as, channel, threadTs) => get("/messages", { as, channel, thread_ts: threadTs });
export const postMessage = (message) => post("/messages", message);
export const editMessage = (edit) => post("/messages/edit", edit);
export const deleteMessage = (message) => post("/messages/delete", message);
export const join = (joining) => post("/join", joining);
export const invite = (invitation) => post("/invite", invitation);
export const react = (reaction) => post("/reactions", reaction);
export const runCommand = (command) => post("/commands", command);
export const runShortcut = (shortcut) => post("/shortcuts", shortcut);
export const act = (action) => post("/actions", action);
export const views = (as) => get("/views", { as });
export const submitView = (submission) => post("/views/submit", submission);
export const closeView = (closing) => post("/views/close", closing);
export const home = (as) => get("/home", { as });
export const openHome = (as) => post("/home/open", { as });
export const options = (query) => get("/options", query);
export const moveClock = (move) => post("/clock", { move });
export const faults = () => get("/faults");
export const setFaults = (changes) => post("/faults", changes);
export const requests = (after) => get("/requests", { after });
