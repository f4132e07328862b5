// The values of elements, in Slack's fields: initial ones, or those that a person chose.

/** An option as Slack sends it back. */
export function asSent(option) {
  const text = option.text.type === "mrkdwn" ? { verbatim: false, ...option.text } : { emoji: true, ...option.text };
  const sent = { text, value: option.value };
  if (option.description)
    sent.description = { ...(option.description.type === "plain_text" && { emoji: true }), ...option.description };
  return sent;
}

const typed = (element) => ({ value: element.initial_value ?? null });
const one = (element) => ({ selected_option: element.initial_option ? asSent(element.initial_option) : null });
const many = (element) => ({ selected_options: (element.initial_options ?? []).map(asSent) });

const STARTING = {
  plain_text_input: typed,
  number_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  rich_text_input: (element) => ({ rich_text_value: element.initial_value ?? null }),
  static_select: one,
  external_select: one,
  radio_buttons: one,
  multi_static_select: many,
  multi_external_select: many,
  checkboxes: many,
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  conversations_select: (element, here) => ({
    selected_conversation: element.initial_conversation ?? conversationHere(element, here),
  }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  file_input: () => ({ files: [] }),
};

const conversationHere = (element, here) => (element.default_to_current_conversation ? (here ?? null) : null);

/** Whether the element has a value. Buttons and overflow menus do not. */
const keepsAnswer = (element) => element.type in STARTING;

/** The interactive elements of blocks: `{blockId, element}`. */
function* usableElements(blocks) {
  for (const block of blocks) {
    const elements =
      { input: [block.element], section: [block.accessory], actions: block.elements, context_actions: block.elements }[
        block.type
      ] ?? [];
    for (const element of elements)
      if (element?.type && element.type !== "image") yield { blockId: block.block_id, element };
  }
}

/** The values entered in one surface (a message, a modal, the Home tab), kept while its blocks are rendered again. */
export class Answers {
  #given = new Map();
  #here;

  /** `here`: the conversation in which the surface was opened, for default_to_current_conversation. */
  constructor(here = null) {
    this.#here = here;
  }

  #key = (blockId, actionId) => JSON.stringify([blockId, actionId]);

  read(blockId, element) {
    const key = this.#key(blockId, element.action_id);
    const kept = this.#given.get(key);
    return kept?.type === element.type ? kept : { type: element.type, ...STARTING[element.type](element, this.#here) };
  }

  write(blockId, element, fields) {
    this.#given.set(this.#key(blockId, element.action_id), { type: element.type, ...fields });
  }

  /** Drop the values of removed elements: only the same block_id and action_id keep a value. */
  keepOnly(blocks) {
    const there = new Set(
      [...usableElements(blocks)].map(({ blockId, element }) => this.#key(blockId, element.action_id)),
    );
    for (const key of this.#given.keys()) if (!there.has(key)) this.#given.delete(key);
  }

  /** `{block_id: {action_id: fields}}`, as in Slack's `state.values`. */
  values(blocks) {
    const values = {};
    for (const { blockId, element } of usableElements(blocks)) {
      if (!keepsAnswer(element)) continue;
      values[blockId] ??= {};
      values[blockId][element.action_id] = this.read(blockId, element);
    }
    return values;
  }
}
