// Decode Slack's text to what a person would type, for editing. The sandbox does the encoding.

import { unescapeText } from "./mrkdwn.js";

/** "Thanks &lt;3 <@U1>, see <#C1|wins>" -> "Thanks <3 @dana, see #wins". */
export function asTyped(text, workspace) {
  const words = text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${workspace.handleOf(id)}`)
    .replace(/<#(\w+)(?:\|([^>]*))?>/g, (_, id, name) => `#${name || workspace.channelName(id)}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<(https?:[^|>]+|mailto:[^|>]+)(?:\|([^>]*))?>/g, (_, address, label) => label || address);
  return unescapeText(words);
}
