// /settings: the language that the bot speaks with me.

import { describe, expect, it } from 'vitest';
import { settings } from '../../handlers/settings.ts';
import type { Reply } from '../../src/handler.ts';
import { aRequest, tools } from './tools.ts';

const labels = ({ buttons }: Reply) => buttons?.flat().map(({ label }) => label);
const tap = { id: 'q', messageId: 5 };

describe('settings', () => {
  it('offers the language of Telegram, which holds at first, and every language by its own name', async () => {
    const reply = await settings.run(aRequest(), tools());
    expect(reply.words?.text).toBe('Settings\nI speak with you in:');
    expect(reply.buttons).toEqual([
      [{ label: "✓ Your Telegram's language", call: 'settings:auto' }],
      [
        { label: 'English', call: 'settings:en' },
        { label: 'Русский', call: 'settings:ru' },
      ],
    ]);
  });

  it('keeps the language that is chosen and answers in it', async () => {
    const it = tools();
    const reply = await settings.run(aRequest({ input: 'ru', tap }), it);
    expect(await it.person()).toEqual({ language: 'ru' });
    expect(reply).toMatchObject({ inPlace: true, toast: 'Сохранено.' });
    expect(reply.words?.text).toBe('Настройки\nЯ говорю с вами на языке:');
    expect(labels(reply)).toEqual(['Язык вашего Telegram', 'English', '✓ Русский']);
  });

  it("goes back to Telegram's language and speaks it", async () => {
    const it = tools();
    await it.changePerson({ language: 'en' });
    const request = aRequest({ input: 'auto', tap, person: { id: 7, languageCode: 'ru' } });
    const reply = await settings.run(request, it);
    expect(await it.person()).toEqual({ language: undefined });
    expect(labels(reply)).toEqual(['✓ Язык вашего Telegram', 'English', 'Русский']);
  });

  it("speaks English where Telegram's language is none of the bot's", async () => {
    const reply = await settings.run(aRequest({ person: { id: 7, languageCode: 'tlh' } }), tools());
    expect(reply.words?.text).toMatch(/^Settings/);
  });

  it('takes the language as a word too, in whatever letters, and answers with a message', async () => {
    const it = tools();
    const reply = await settings.run(aRequest({ input: 'RU' }), it);
    expect(await it.person()).toEqual({ language: 'ru' });
    expect(reply).toMatchObject({ inPlace: false, toast: undefined });
  });

  it('refuses a language that it does not speak, names those it does, and changes nothing', async () => {
    const it = tools();
    await it.changePerson({ language: 'ru' });
    const run = settings.run(aRequest({ input: 'tlh' }), it);
    await expect(run).rejects.toMatchObject({ key: 'error-language', vars: { known: 'en, ru' } });
    expect(await it.person()).toEqual({ language: 'ru' });
  });
});
