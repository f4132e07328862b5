// A surface with blocks (a message, a modal, the Home tab): sends a person's actions in it to the bot.

import * as server from "./server.js";

/**
 * A surface for `renderBlocks`. `container` is as in docs/sandbox.md; `blocks()` are those shown now;
 * `failed(sentence or null)` gets the error of the last action; `heading` is the level of a header.
 */
export function surfaceOf({ context, container, answers, blocks, failed, errors = {}, heading = 2 }) {
  return {
    context,
    answers,
    errors,
    heading,
    async act(blockId, element, fields) {
      failed(null);
      try {
        const { delivery } = await server.act({
          as: context.reader.id,
          container,
          block_id: blockId,
          action_id: element.action_id,
          value: fields,
          state: answers.values(blocks()),
        });
        if (delivery?.error) failed(delivery.error);
      } catch (error) {
        if (!(error instanceof server.SandboxError)) throw error;
        failed(error.message);
      }
    },
    loadOptions: (blockId, element, words) =>
      server.options({
        as: context.reader.id,
        block_id: blockId,
        action_id: element.action_id,
        view_id: container.view_id,
        channel: container.channel,
        ts: container.ts,
        value: words,
      }),
  };
}
