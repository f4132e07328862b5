// Buttons and overflow menus: they send actions and have no value.

import { confirmed } from "./confirm.js";
import { asSent } from "./answers.js";
import { h, icon, safeUrl } from "./dom.js";
import { openMenu } from "./menu.js";
import { plainWords, renderPlainText } from "./mrkdwn.js";

export function renderButton(element, place) {
  const href = safeUrl(element.url);
  const attributes = {
    class: ["button", element.style === "primary" && "primary", element.style === "danger" && "danger"]
      .filter(Boolean)
      .join(" "),
    // As in Slack, the accessibility label replaces the text for screen readers.
    "aria-label": element.accessibility_label ?? null,
  };
  const words = h("span", { class: "button-text" }, renderPlainText(element.text.text));
  const node = href
    ? h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, words, icon("external"))
    : h("button", { ...attributes, type: "button" }, words);
  let busy = false;
  // A key that is held down would press the button of the next step, too: it gets the focus.
  node.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
  node.addEventListener("click", async (event) => {
    if (busy) {
      event.preventDefault();
      return;
    }
    if (element.confirm) {
      event.preventDefault();
      if (!(await confirmed(element.confirm, place.context))) return;
      if (href) window.open(href, "_blank", "noopener,noreferrer");
    }
    busy = true;
    node.setAttribute("aria-busy", "true");
    await place.act(place.blockId, element, element.value === undefined ? {} : { value: element.value });
    busy = false;
    node.removeAttribute("aria-busy");
  });
  return node;
}

export function renderOverflow(element, place) {
  const choose = async (option) => {
    if (element.confirm && !(await confirmed(element.confirm, place.context))) return;
    const href = safeUrl(option.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    await place.act(place.blockId, element, { selected_option: asSent(option) });
  };
  const node = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": element.accessibility_label ?? "More options",
      title: "More options",
      on: {
        click: () =>
          openMenu(
            node,
            element.options.map((option) => ({
              label: plainWords(option.text),
              detail: plainWords(option.description),
              run: () => choose(option),
            })),
          ),
      },
    },
    icon("more"),
  );
  return node;
}
