// /cancel and every Cancel button: stops what I asked for, one or all.

import type { Handler } from '../src/handler.ts';

export const cancel: Handler = {
  name: 'cancel',
  aliases: ['stop'],
  work: 'control',
  async run({ input, tap }, { t, cancel: stop }) {
    const id = /^(?:all)?$/i.test(input) ? undefined : input.toLowerCase();
    const text = t('cancel-done', { count: await stop(id) });
    return tap ? { toast: text } : { words: { text } };
  },
};
