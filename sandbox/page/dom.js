// Create DOM nodes. Text always becomes text nodes, so nothing that a person typed can become markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "inert", "defaultValue"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * One element: `h("button", {class: "send", "aria-label": "Send", on: {click}, data: {ts}}, "Send")`.
 * Attributes that are null, undefined or false are left out, as are such children; arrays of children are flattened.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, entry] of Object.entries(value))
        if (entry !== null && entry !== undefined) node.dataset[key] = entry;
    } else if (PROPERTIES.has(name)) {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...solid(children));
  return node;
}

/** Replace a node's children. */
export function fill(node, ...children) {
  node.replaceChildren(...solid(children));
  return node;
}

/** An icon of icons.svg; decorative, the button has the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/sandbox/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows only an icon; its name is for readers and the tooltip. */
export function iconButton(iconName, label, onClick, attributes = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...attributes },
    icon(iconName),
  );
}

let lastId = 0;

/** An id that no other node of this page has. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** URLs that a message may link to; anything else (javascript:, data:) is shown as text. */
export function safeUrl(address) {
  return /^(https?:|mailto:|tel:|slack:|\/(?!\/))/i.test(address ?? "") ? address : null;
}

function solid(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
