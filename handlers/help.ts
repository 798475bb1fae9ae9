// /help: what the bot can do, made from the list of handlers.

import { FormattedString } from '@grammyjs/parse-mode';
import type { Handler } from '../src/handler.ts';

export const help: Handler = {
  name: 'help',
  work: 'control',
  async run(_request, { t, handlers }) {
    const links = handlers.filter(({ takes }) => takes === 'links').map(({ name }) => t(`${name}-about`));
    const commands = handlers
      .filter(({ hidden }) => !hidden)
      .map(({ name, usage }) => `/${name}${usage ? ` ${usage}` : ''} – ${t(`${name}-about`)}`);
    const parts = [
      FormattedString.b(t('help-title')),
      links.join('\n'),
      commands.join('\n'),
      t('help-groups'),
    ];
    return { words: FormattedString.join(parts, '\n\n') };
  },
};
