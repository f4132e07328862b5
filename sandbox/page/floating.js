// A popup panel next to its anchor, above everything, inside the window.

const GAP = 4;
const EDGE = 8;

/**
 * Show `panel` next to `anchor` (below, or above when there is no room). It must be near the anchor in the document,
 * so that an open dialog does not make it inert. Returns the function that removes it.
 */
export function float(panel, anchor, { align = "start", sameWidth = false } = {}) {
  const place = () => {
    const box = anchor.getBoundingClientRect();
    if (sameWidth) panel.style.width = `${box.width}px`;
    panel.style.maxHeight = "";
    const { offsetWidth: width, offsetHeight: height } = panel;
    const below = innerHeight - box.bottom - GAP - EDGE;
    const above = box.top - GAP - EDGE;
    const up = height > below && above > below;
    panel.style.maxHeight = `${Math.max(up ? above : below, 120)}px`;
    panel.style.top = `${up ? Math.max(EDGE, box.top - GAP - Math.min(height, above)) : box.bottom + GAP}px`;
    const left = align === "end" ? box.right - width : box.left;
    panel.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  };
  panel.popover = "manual";
  panel.classList.add("floating");
  anchor.after(panel);
  panel.showPopover();
  place();
  addEventListener("resize", place);
  addEventListener("scroll", place, { capture: true, passive: true });
  return {
    place,
    close() {
      removeEventListener("resize", place);
      removeEventListener("scroll", place, { capture: true });
      panel.remove();
    },
  };
}
