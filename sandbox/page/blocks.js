// Block Kit: each block as DOM nodes. An unknown type is shown as such, never omitted.

import { fill, h, icon, safeUrl, uniqueId } from "./dom.js";
import { renderElement } from "./elements.js";
import { renderMarkdown } from "./markdown.js";
import { plainWords, renderText } from "./mrkdwn.js";
import { renderRichText } from "./rich-text.js";

/**
 * Render blocks on a surface: `{context: {workspace, reader}, answers, act, loadOptions, errors, heading}`.
 * `act(blockId, element, fields)` sends what a person did; `errors` are sentences by block_id; `heading` is the level of
 * a first-level header there.
 */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    const draw = BLOCKS[block.type] ?? unsupported;
    const node = draw(block, surface);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.blockId = block.block_id ?? "";
    return node;
  });
}

/** An image. Those of other hosts are named, not loaded, so the page never calls another host. */
export function picture(address, alt, attributes = {}) {
  const url = address && new URL(address, location.href);
  if (url && (url.origin === location.origin || url.protocol === "data:")) {
    return h("img", { src: url.href, alt, loading: "lazy", ...attributes });
  }
  const label = h("span", { class: "picture-name" }, alt || "Image");
  const body = safeUrl(address)
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label)
    : label;
  return h(
    "span",
    { class: `picture-elsewhere ${attributes.class ?? ""}`, role: "img", "aria-label": alt || "Image" },
    icon("image"),
    body,
  );
}

/** A visible box for a block that this page cannot render. */
export function unsupported(block) {
  return h(
    "div",
    { class: "unsupported", role: "note" },
    icon("warning"),
    h("span", {}, "Unsupported block: ", h("code", {}, String(block.type))),
  );
}

const imageAddress = (image) => image.image_url ?? image.slack_file?.url ?? "";

const BLOCKS = {
  divider: () => h("hr"),

  header: (block, { context, heading }) =>
    h("div", {}, h(`h${Math.min(6, heading + (block.level ?? 1) - 1)}`, {}, renderText(block.text, context))),

  markdown: (block) => h("div", {}, renderMarkdown(block.text)),

  rich_text: (block, { context }) => h("div", {}, renderRichText(block.elements, context)),

  section(block, surface) {
    const textId = uniqueId("text");
    const body = h("div", { class: "section-body" });
    if (block.text)
      body.append(h("div", { class: "section-text", id: textId }, renderText(block.text, surface.context)));
    if (block.fields?.length) {
      body.append(
        h(
          "div",
          { class: "section-fields" },
          block.fields.map((field) => h("div", { class: "field" }, renderText(field, surface.context))),
        ),
      );
    }
    return h("div", { class: block.accessory ? "with-accessory" : null }, body, accessory(block, surface, textId));
  },

  context: (block, { context }) =>
    h(
      "div",
      {},
      block.elements.map((element) =>
        element.type === "image"
          ? picture(imageAddress(element), element.alt_text, { class: "context-image" })
          : h("span", { class: "context-text" }, renderText(element, context)),
      ),
    ),

  actions: (block, surface) =>
    h(
      "div",
      {},
      block.elements.map((element) =>
        renderElement(element, { ...surface, blockId: block.block_id, name: elementName(element) }),
      ),
    ),

  image: (block, { context }) =>
    h(
      "figure",
      {},
      block.title && h("figcaption", {}, renderText(block.title, context)),
      picture(imageAddress(block), block.alt_text, { class: "block-picture" }),
    ),

  input(block, surface) {
    const { element } = block;
    const [labelId, hintId, errorId, fieldId] = ["label", "hint", "error", "field"].map(uniqueId);
    const error = surface.errors?.[block.block_id];
    const errorNode = error && h("div", { class: "input-error", id: errorId }, icon("warning"), h("span", {}, error));
    const group = element.type === "radio_buttons" || element.type === "checkboxes";
    const label = h(
      group ? "div" : "label",
      { class: "input-label", id: labelId, for: group ? null : fieldId },
      renderText(block.label, surface.context),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    );
    const field = renderElement(element, {
      ...surface,
      answers: error ? clearing(surface, () => clear()) : surface.answers,
      blockId: block.block_id,
      fieldId,
      labelledBy: labelId,
      describedBy: [error && errorId, block.hint && hintId].filter(Boolean).join(" ") || null,
      required: !block.optional,
      invalid: Boolean(error),
      // An input sends nothing before the submission, unless it has dispatch_action.
      act: block.dispatch_action ? surface.act : null,
    });
    const node = h(
      "div",
      { class: error ? "invalid" : null },
      label,
      field,
      errorNode,
      block.hint && h("div", { class: "input-hint", id: hintId }, renderText(block.hint, surface.context)),
    );
    const clear = () => {
      delete surface.errors[block.block_id];
      node.classList.remove("invalid");
      errorNode.remove();
      for (const each of node.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
    };
    return node;
  },

  table(block, { context }) {
    const cell = (content, tag) =>
      h(
        tag,
        tag === "th" ? { scope: "col" } : {},
        content.type === "raw_text" ? content.text : renderRichText(content.elements ?? [], context),
      );
    const [head = [], ...rows] = block.rows;
    const table = h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((content) => cell(content, "th")),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((content) => cell(content, "td")),
          ),
        ),
      ),
    );
    return fill(h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" }), table);
  },
};

/** The surface's answers; `clear` is called once a value is entered, because then the field's error is about an old one. */
const clearing = ({ answers }, clear) => ({
  read: (...place) => answers.read(...place),
  write(blockId, element, fields) {
    answers.write(blockId, element, fields);
    if (Object.values(fields).some((value) => (Array.isArray(value) ? value.length : value))) clear();
  },
});

function accessory(block, surface, textId) {
  if (!block.accessory) return null;
  if (block.accessory.type === "image") {
    return h(
      "div",
      { class: "accessory" },
      picture(imageAddress(block.accessory), block.accessory.alt_text, { class: "accessory-image" }),
    );
  }
  return h(
    "div",
    { class: "accessory" },
    renderElement(block.accessory, {
      ...surface,
      blockId: block.block_id,
      name: elementName(block.accessory),
      labelledBy: block.text ? textId : null,
    }),
  );
}

/** The accessible name of an element without a label. */
const elementName = (element) => plainWords(element.placeholder) || null;
