// A modal dialog: the native one, which makes the rest of the page inert, with its own handling of Escape and Tab.

import { h } from "./dom.js";

const FIELDS = "button, input, textarea, select";
const REACHABLE = `a[href], :is(${FIELDS}):not([disabled]), [tabindex='0']`;

/**
 * Open a dialog over the page; when it closes, focus returns to where it was.
 * Returns the function that closes it. `onEscape` is called when the person presses Escape (or goes back on a phone).
 */
export function openDialog(attributes, children, { onEscape }) {
  const before = document.activeElement;
  const dialog = h("dialog", { "aria-modal": "true", ...attributes }, children);
  let open = true;

  const close = () => {
    if (!open) return;
    open = false;
    dialog.close();
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      // Otherwise the browser would close the dialog itself.
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    } else if (event.key === "Tab") {
      circleFocus(dialog, event);
    }
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === dialog) onEscape();
  });
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

function circleFocus(dialog, event) {
  const reachable = [...dialog.querySelectorAll(REACHABLE)].filter(
    (node) => node.checkVisibility() && node.tabIndex >= 0,
  );
  if (!reachable.length) return;
  const [first, last] = [reachable[0], reachable.at(-1)];
  const leaving = event.shiftKey ? first : last;
  if (document.activeElement === leaving || !dialog.contains(document.activeElement)) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
