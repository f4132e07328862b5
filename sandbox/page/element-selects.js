// Select menus, single and multiple: the source of their choices and the format of their values.

import { asSent } from "./answers.js";
import { choose, naming } from "./choice.js";
import { combobox } from "./combobox.js";
import { plainWords } from "./mrkdwn.js";

/** The value's field by kind of choice: `[single, multiple]`. */
const FIELDS = {
  option: ["selected_option", "selected_options"],
  user: ["selected_user", "selected_users"],
  conversation: ["selected_conversation", "selected_conversations"],
  channel: ["selected_channel", "selected_channels"],
};

const KINDS = {
  static_select: "option",
  external_select: "option",
  users_select: "user",
  conversations_select: "conversation",
  channels_select: "channel",
};

export function renderSelect(element, place) {
  const multiple = element.type.startsWith("multi_");
  const type = element.type.replace("multi_", "");
  const kind = KINDS[type];
  const field = FIELDS[kind][multiple ? 1 : 0];
  const choices = kind === "option" ? optionChoices : placeChoices(kind, place);
  const answer = place.answers.read(place.blockId, element)[field];
  const chosen = (multiple ? answer : [answer]).filter(Boolean).map((sent) => choices.fromSent(sent));

  return combobox({
    multiple,
    chosen,
    placeholder: plainWords(element.placeholder) || "Choose…",
    attributes: naming(place, element),
    most: element.max_selected_items ?? Infinity,
    clearable: place.required === false || (multiple && !place.required),
    leastTyped: type === "external_select" ? (element.min_query_length ?? 3) : 0,
    find: (words) => (type === "external_select" ? external(element, place, words) : choices.find(element, words)),
    change: (picked) => {
      const sent = picked.map(({ sent }) => sent);
      return choose(element, place, { [field]: multiple ? sent : (sent[0] ?? null) });
    },
  });
}

const contains = (words) => {
  const wanted = words.trim().toLowerCase();
  return ({ label }) => label.toLowerCase().includes(wanted);
};

const optionChoice = (option, group = null) => ({
  key: option.value,
  label: plainWords(option.text),
  detail: plainWords(option.description),
  group,
  sent: asSent(option),
});

const grouped = ({ options, option_groups: groups }) =>
  groups?.length
    ? groups.flatMap((group) => group.options.map((option) => optionChoice(option, plainWords(group.label))))
    : (options ?? []).map((option) => optionChoice(option));

const optionChoices = {
  fromSent: (option) => optionChoice(option),
  find: (element, words) => grouped(element).filter(contains(words)),
};

const external = async (element, place, words) => grouped(await place.loadOptions(place.blockId, element, words));

function placeChoices(kind, { context }) {
  const { workspace } = context;
  const person = (id) => ({ key: id, label: workspace.nameOf(id), detail: workspace.titleOf(id), sent: id });
  const channel = (id) => ({ key: id, label: `#${workspace.channelName(id)}`, sent: id });
  const people = () => [...workspace.people.map(({ id }) => person(id)), person(workspace.bot.user_id)];
  const channels = () =>
    [...workspace.channelsById.values()]
      .filter((each) => !each.is_im && !each.is_archived)
      .map(({ id }) => channel(id));
  const wanted = (element) => element.filter?.include ?? ["public", "private", "im", "mpim"];
  const conversations = (element) => [
    ...(wanted(element).some((kind) => kind === "public" || kind === "private") ? channels() : []),
    ...(wanted(element).includes("im")
      ? people().filter(({ key }) => !(element.filter?.exclude_bot_users && workspace.isBot(key)))
      : []),
  ];
  const all = { user: people, channel: channels, conversation: conversations }[kind];
  return {
    fromSent: (id) => (/^[UW]/.test(id) ? person(id) : channel(id)),
    find: (element, words) => all(element).filter(contains(words)),
  };
}
