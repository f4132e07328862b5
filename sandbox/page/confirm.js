// The confirm dialog of Block Kit: "are you sure" in the app's own words.

import { openDialog } from "./dialog.js";
import { h, uniqueId } from "./dom.js";
import { renderText } from "./mrkdwn.js";

/** Show the dialog; true if the person confirmed, false if they cancelled. */
export function confirmed(confirm, context) {
  const [titleId, textId] = [uniqueId("confirm"), uniqueId("confirm")];
  return new Promise((resolve) => {
    const finish = (answer) => {
      close();
      resolve(answer);
    };
    const yes = h(
      "button",
      {
        type: "button",
        class: confirm.style === "danger" ? "button danger" : "button primary",
        on: { click: () => finish(true) },
      },
      renderText(confirm.confirm, context),
    );
    const no = h(
      "button",
      { type: "button", class: "button", on: { click: () => finish(false) } },
      renderText(confirm.deny, context),
    );
    const close = openDialog(
      { class: "dialog confirm", role: "alertdialog", "aria-labelledby": titleId, "aria-describedby": textId },
      [
        h("h2", { id: titleId, class: "dialog-title" }, renderText(confirm.title, context)),
        h("div", { id: textId, class: "dialog-body" }, renderText(confirm.text, context)),
        h("div", { class: "dialog-footer" }, no, yes),
      ],
      { onEscape: () => finish(false) },
    );
    no.focus();
  });
}
