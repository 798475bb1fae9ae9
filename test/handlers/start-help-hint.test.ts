// /start, /help and the hint: what somebody new learns of the bot.

import { describe, expect, it } from 'vitest';
import { help } from '../../handlers/help.ts';
import { hint } from '../../handlers/hint.ts';
import { handlers } from '../../handlers/index.ts';
import { start } from '../../handlers/start.ts';
import { aRequest, languages, marked, speak, tools } from './tools.ts';

describe('start', () => {
  it.each([
    ['en', 'Hello! I fetch things from the internet.'],
    ['ru', 'Здравствуйте! Я приношу вещи из интернета.'],
  ])('greets and says what to do first (%s)', async (language, hello) => {
    const reply = await start.run(aRequest(), tools({ language }));
    expect(marked(reply)).toEqual([['bold', hello]]);
    expect(reply.words?.text).toMatch(/\/get[^]*\/help/);
  });
});

describe('help', () => {
  it.each(languages)(
    'lists every command with what it does, and what links are for (%s)',
    async (language) => {
      const { words } = await help.run(aRequest(), tools({ language }));
      const lines = words?.text.split('\n') ?? [];
      const t = speak(language);
      for (const { name, usage, hidden } of handlers) {
        const line = `/${name}${usage ? ` ${usage}` : ''} – ${t(`${name}-about`)}`;
        expect(lines.includes(line), line).toBe(!hidden);
      }
      expect(lines).toContain(t('cards-about'));
      expect(lines).toContain(t('help-groups'));
    },
  );

  it('knows a handler as soon as it is in the list', async () => {
    const more = [...handlers, { ...start, name: 'jobs', usage: 'NAME' }];
    const { words } = await help.run(aRequest(), tools({ handlers: more }));
    expect(words?.text).toContain('/jobs NAME – ');
  });
});

describe('hint', () => {
  const hintFor = async (input: string, language = 'en') =>
    (await hint.run(aRequest({ input }), tools({ language }))).words?.text;

  it.each([
    ['/hlep', 'help'],
    ['/Jbos', 'jobs'],
    ['/cancell please', 'cancel'],
    ['/gett https://a.example', 'get'],
    ['/seting', 'settings'],
    ['/star@errand_bot', 'start'],
  ])('finds the command behind the slip %s', async (input, command) => {
    expect(await hintFor(input)).toBe(`I don't know that command. Did you mean /${command}?`);
    expect(await hintFor(input, 'ru')).toBe(`Такой команды я не знаю. Может быть, /${command}?`);
  });

  it.each(['/weather Paris', '/x', `/${'a'.repeat(5_000)}`])('guesses nothing for %.20s', async (input) => {
    expect(await hintFor(input)).toBe("I don't know that command. /help shows those I know.");
    expect(await hintFor(input, 'ru')).toBe('Такой команды я не знаю. Известные мне покажет /help.');
  });

  it('never means a hidden handler', async () => {
    expect(await hintFor('/cards')).not.toContain('/cards');
    expect(await hintFor('/hint')).not.toContain('/hint');
  });

  it.each(['hello', '', '🎉', 'a / b', '/'])('asks for a link after %j', async (input) => {
    expect(await hintFor(input)).toMatch(/^I see no link here\. Send me an address/);
    expect(await hintFor(input, 'ru')).toMatch(/^Не вижу здесь ссылки\./);
  });
});
