// A menu next to its button: arrows move, Enter runs, Escape closes.

import { h, icon } from "./dom.js";
import { float } from "./floating.js";

/** Open a menu of `{label, detail?, iconName?, danger?, run}`; null is a separator. */
export function openMenu(anchor, entries, { align = "end", label = "Menu" } = {}) {
  if (anchor.getAttribute("aria-expanded") === "true") return;
  const menu = h("div", { role: "menu", class: "menu", "aria-label": label });
  const items = [];

  const close = ({ back = true } = {}) => {
    removeEventListener("pointerdown", outside, true);
    // Focus first: an anchor that is only visible while expanded could not get the focus afterwards.
    if (back) anchor.focus({ preventScroll: true });
    anchor.setAttribute("aria-expanded", "false");
    floating.close();
  };
  const outside = (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close({ back: false });
  };

  for (const entry of entries) {
    if (!entry) {
      menu.append(h("hr", { role: "separator" }));
      continue;
    }
    const item = h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: entry.danger ? "menu-item danger-text" : "menu-item",
        on: {
          click: () => {
            close();
            entry.run();
          },
        },
      },
      entry.iconName && icon(entry.iconName),
      h("span", {}, entry.label, entry.detail && h("span", { class: "menu-detail" }, entry.detail)),
    );
    items.push(item);
    menu.append(item);
  }

  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (to && to !== anchor && !menu.contains(to)) close({ back: false });
  });

  anchor.setAttribute("aria-expanded", "true");
  const floating = float(menu, anchor, { align });
  addEventListener("pointerdown", outside, true);
  items[0]?.focus();
}
