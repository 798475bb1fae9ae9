// The command menu of Telegram's clients, made from the list of handlers, in every language.

import type { LanguageCode } from 'grammy/types';
import type { Handler } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import type { Caller } from './caller.ts';

/** Publishes the menu: the home language for everybody, the others for their speakers. */
export async function publishMenu(caller: Caller, handlers: readonly Handler[], texts: Texts): Promise<void> {
  const shown = handlers.filter(({ hidden }) => !hidden);
  for (const [i, language] of texts.languages.entries()) {
    const commands = shown.map(({ name }) => ({
      command: name,
      description: texts.write(language, `${name}-about`),
    }));
    const language_code = i === 0 ? undefined : (language as LanguageCode);
    await caller.call('setMyCommands', { commands, language_code });
  }
}
