// The command menu that people see in their client.

import { describe, expect, it } from 'vitest';
import { handlers } from '../../handlers/index.ts';
import { publishMenu } from '../../src/bot/menu.ts';
import { readTexts } from '../../src/i18n.ts';
import { speak } from '../handlers/tools.ts';
import { startLine } from './telegram.ts';

describe('publishMenu', () => {
  it('shows everybody what is not hidden, in the order of help, Russian to Russians', async () => {
    await using line = await startLine();
    const { emulator, caller } = line;
    await publishMenu(caller, handlers, readTexts());
    const shown = handlers.filter(({ hidden }) => !hidden).map(({ name }) => name);
    const menuIn = (language: string) =>
      shown.map((command) => ({ command, description: speak(language)(`${command}-about`) }));
    expect(emulator.person({ language_code: 'en' }).menu()).toEqual(menuIn('en'));
    expect(emulator.person({ language_code: 'de' }).menu()).toEqual(menuIn('en'));
    expect(emulator.person({ language_code: 'ru' }).menu()).toEqual(menuIn('ru'));
  });

  it('takes away what is no more', async () => {
    await using line = await startLine();
    const { emulator, caller } = line;
    await publishMenu(caller, handlers, readTexts());
    await publishMenu(caller, handlers.slice(0, 1), readTexts());
    for (const language_code of ['en', 'ru'])
      expect(emulator.person({ language_code }).menu()).toHaveLength(1);
  });
});
