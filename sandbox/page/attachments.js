// Attachments, the older format of rich messages, which many apps still send.

import { picture, renderBlocks, unsupported } from "./blocks.js";
import { h } from "./dom.js";
import { link, renderMrkdwn } from "./mrkdwn.js";
import { clockFace, instant } from "./times.js";

const NAMED_COLORS = { good: "#2e9e6b", warning: "#d99a1c", danger: "#c7364f" };

export function renderAttachments(attachments, surface) {
  return attachments.map((attachment) => {
    const { context } = surface;
    const nodes = [
      ...words(attachment, context),
      ...fields(attachment, context),
      ...pictures(attachment),
      ...footer(attachment, context),
    ];
    if (attachment.blocks?.length) nodes.push(...renderBlocks(attachment.blocks, surface));
    if (attachment.actions?.length) nodes.push(unsupported({ type: "attachment actions" }));
    const shown = nodes.length ? nodes : [h("div", {}, attachment.fallback ?? "")];
    const box = h("div", { class: "attachment" }, shown);
    const color =
      NAMED_COLORS[attachment.color] ??
      (/^#?[0-9a-f]{3,8}$/i.test(attachment.color ?? "") ? `#${attachment.color.replace("#", "")}` : null);
    if (color) box.style.setProperty("--bar", color);
    return [
      attachment.pretext && h("div", { class: "attachment-pretext" }, renderMrkdwn(attachment.pretext, context)),
      box,
    ];
  });
}

function words({ author_name: author, author_link: authorLink, title, title_link: titleLink, text }, context) {
  return [
    author && h("div", { class: "attachment-author" }, authorLink ? link(authorLink, author) : author),
    title &&
      h(
        "div",
        { class: "attachment-title" },
        titleLink ? link(titleLink, renderMrkdwn(title, context)) : renderMrkdwn(title, context),
      ),
    text && h("div", { class: "attachment-text" }, renderMrkdwn(text, context)),
  ].filter(Boolean);
}

function fields({ fields: given = [] }, context) {
  if (!given.length) return [];
  return [
    h(
      "dl",
      { class: "attachment-fields" },
      given.map((field) =>
        h(
          "div",
          { class: field.short ? "short" : null },
          h("dt", {}, renderMrkdwn(field.title, context)),
          h("dd", {}, renderMrkdwn(String(field.value ?? ""), context)),
        ),
      ),
    ),
  ];
}

const pictures = ({ image_url: image, thumb_url: thumb, fallback }) =>
  [
    image && picture(image, fallback ?? "Image", { class: "block-picture" }),
    thumb && picture(thumb, fallback ?? "Image", { class: "accessory-image" }),
  ].filter(Boolean);

const footer = ({ footer: text, ts }, context) =>
  text || ts
    ? [
        h(
          "div",
          { class: "attachment-footer" },
          [text, ts && clockFace(instant(ts), context.reader)].filter(Boolean).join(" · "),
        ),
      ]
    : [];
