// /buried: requests that failed on every try and were given up, with a button to try each once more.

import type { BuriedView, Handler } from '../../src/handler.ts';

/** Buttons of one message. */
const maxButtons = 8;

export const buried: Handler = {
  name: 'buried',
  work: 'turn',
  for: 'admins',
  hidden: true,
  async run({ input }, tools) {
    const { t } = tools;
    if (input !== '') {
      const wasThere = await tools.retry(input.toLowerCase());
      return { words: { text: t(wasThere ? 'buried-retried' : 'buried-unknown', { id: input }) } };
    }
    const found = await tools.buried();
    if (found.length === 0) return { words: { text: t('buried-none') } };
    const line = ({ id, at, reason }: BuriedView) => t('buried-line', { id, at: at.toISOString(), reason });
    const retries = found
      .slice(0, maxButtons)
      .map(({ id }) => ({ label: t('buried-retry', { id }), call: `buried:${id}` }));
    return {
      words: { text: [t('buried-title', { count: found.length }), ...found.map(line)].join('\n') },
      buttons: [retries.slice(0, 4), retries.slice(4)].filter((row) => row.length > 0),
    };
  },
};
