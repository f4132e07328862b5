// Render blocks again without losing the focus and the caret.

/** Run `redraw`; if an element in `root()` had the focus, focus the element with the same block and action again. */
export function keepFocus(root, redraw) {
  const active = document.activeElement;
  const place = root()?.contains(active) ? placeOf(active) : null;
  redraw();
  if (!place) return false;
  const block = find(root(), "blockId", place.blockId);
  const element = block && find(block, "actionId", place.actionId);
  const target = element && fields(element)[place.index];
  if (!target) return false;
  target.focus({ preventScroll: true });
  if (place.selection && target.setSelectionRange) target.setSelectionRange(...place.selection);
  return true;
}

function placeOf(active) {
  const element = active.closest("[data-action-id]");
  const block = active.closest("[data-block-id]");
  if (!element || !block) return null;
  // Only text fields have a selection; other fields throw.
  const text = active.matches("textarea, input[type=text], input[type=url]");
  return {
    blockId: block.dataset.blockId,
    actionId: element.dataset.actionId,
    index: fields(element).indexOf(active),
    selection: text ? [active.selectionStart, active.selectionEnd] : null,
  };
}

const find = (root, name, value) =>
  [...root.querySelectorAll(`[data-${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}]`)].find(
    (node) => node.dataset[name] === value,
  );

const fields = (element) =>
  [element, ...element.querySelectorAll("*")].filter((node) =>
    node.matches("input, textarea, button, a[href], select"),
  );
