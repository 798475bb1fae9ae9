// /settings: the language that the bot speaks with me.

import { FormattedString } from '@grammyjs/parse-mode';
import { UserError } from '../src/errors.ts';
import type { Handler } from '../src/handler.ts';

/** Stands for the language of the person's Telegram. */
const automatic = 'auto';

export const settings: Handler = {
  name: 'settings',
  aliases: ['language'],
  work: 'turn',
  async run({ input, tap, person }, tools) {
    const asked = input.toLowerCase();
    if (asked) {
      if (asked !== automatic && !tools.languages.includes(asked)) {
        throw new UserError('error-language', { known: tools.languages.join(', ') });
      }
      await tools.changePerson({ language: asked === automatic ? undefined : asked });
    }
    const chosen = (await tools.person()).language ?? automatic;
    const t = tools.speak(chosen === automatic ? person.languageCode : chosen);
    const option = (code: string, label: string) => ({
      label: code === chosen ? t('settings-chosen', { label }) : label,
      call: `settings:${code}`,
    });
    const names = tools.languages.map((code) => option(code, nameOf(code)));
    return {
      words: FormattedString.join([FormattedString.b(t('settings-title')), t('settings-language')], '\n'),
      buttons: [[option(automatic, t('settings-automatic'))], names],
      inPlace: tap !== undefined,
      toast: tap && t('settings-saved'),
    };
  },
};

/** What a language calls itself. */
function nameOf(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
