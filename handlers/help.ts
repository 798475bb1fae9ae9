// /help: what the bot can do, made from the list of handlers.

import { FormattedString } from '@grammyjs/parse-mode';
import type { Handler, Tools, Words } from '../src/handler.ts';

/** What was written already of a list of handlers, by language. */
const written = new WeakMap<readonly Handler[], Map<string, Words>>();

export const help: Handler = {
  name: 'help',
  work: 'control',
  async run(_request, tools) {
    const { handlers, language } = tools;
    const known = written.get(handlers) ?? new Map<string, Words>();
    const words = known.get(language) ?? write(tools);
    written.set(handlers, known.set(language, words));
    return { words };
  },
};

function write({ t, handlers }: Tools): Words {
  const links = handlers.filter(({ takes }) => takes === 'links').map(({ name }) => t(`${name}-about`));
  const commands = handlers
    .filter(({ hidden }) => !hidden)
    .map(({ name, usage }) => `/${name}${usage ? ` ${usage}` : ''} – ${t(`${name}-about`)}`);
  const parts = [FormattedString.b(t('help-title')), links.join('\n'), commands.join('\n'), t('help-groups')];
  const { text, entities } = FormattedString.join(parts, '\n\n');
  return { text, entities };
}
