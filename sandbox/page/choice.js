// Handle a choice in an element: confirm it if required, keep it, send it.

import { confirmed } from "./confirm.js";

/**
 * Keep the new value of an element, and send it if the app needs it.
 * Returns false if the person cancelled the confirm dialog.
 */
export async function choose(element, place, fields) {
  if (place.act && element.confirm && !(await confirmed(element.confirm, place.context))) return false;
  place.answers.write(place.blockId, element, fields);
  if (place.act) await place.act(place.blockId, element, fields);
  return true;
}

/** The attributes that name and describe a field. */
export function naming({ fieldId, name, labelledBy, describedBy, required, invalid }, element = {}) {
  return {
    id: fieldId,
    "aria-label": labelledBy ? null : (name ?? "Choose"),
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
    "aria-required": required ? "true" : null,
    "aria-invalid": invalid ? "true" : null,
    "data-focus-on-load": element.focus_on_load ? "" : null,
  };
}
