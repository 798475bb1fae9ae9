// What the benchmark of crashes says of each request, from what a bot has said in a chat.

import { expect, it } from 'vitest';
import { count } from '../../bench/tally.ts';
import { judge } from '../../bench/verdict.ts';
import { readTexts } from '../../src/i18n.ts';
import { startBot } from '../emulator/bot.ts';

/** A bot that says what it is told to, in answer to one question. */
async function startTalk() {
  const bot = await startBot();
  const { emulator, api } = bot;
  const person = emulator.person();
  const question = person.send('/help');
  const say = (text: string, isProgress = false) =>
    api.sendMessage(person.id, text, {
      reply_parameters: { message_id: question.message_id },
      reply_markup: isProgress
        ? { inline_keyboard: [[{ text: 'Cancel', callback_data: 'cancel:1' }]] }
        : undefined,
    });
  const asked = { person, question, expected: 'the answer' };
  const soFar = (kills: number[] = [], polls: number[] = []) => count([asked], { kills, polls });
  return { ...bot, person, say, asked, soFar };
}

const none = { lost: 0, doubled: 0, explained: 0, buried: 0, timedOut: 0, other: 0, stray: 0 };

it('count calls a request without a word lost, and one with progress only too', async () => {
  await using talk = await startTalk();
  expect(talk.soFar()).toEqual({ tally: { ...none, lost: 1 }, remarks: ['/help: lost'] });
  await talk.say('Working on it', true);
  expect(talk.soFar().tally).toEqual({ ...none, lost: 1, stray: 1 });
});

it('count takes progress that became the answer, and progress taken away, for one answer', async () => {
  await using talk = await startTalk();
  const { message_id } = await talk.say('Working on it', true);
  await talk.api.editMessageText(talk.person.id, message_id, 'Here is the answer.');
  const other = await talk.say('Working on it', true);
  await talk.api.deleteMessage(talk.person.id, other.message_id);
  expect(talk.soFar()).toEqual({ tally: none, remarks: [] });
});

it('count explains a second answer by a kill before the third poll since the first one', async () => {
  await using talk = await startTalk();
  await talk.say('the answer');
  talk.emulator.clock.advance(5_000);
  await talk.say('the answer');
  const { answers } = judge(talk.asked);
  const [first = 0, second = 0] = answers.map(({ takenAt }) => takenAt);
  const polls = [first - 1, first, first + 1, first + 2, first + 5];
  const explained = talk.soFar([first - 3_000, first + 4], polls);
  expect(explained.tally).toEqual({ ...none, doubled: 1, explained: 1 });
  expect(explained.remarks).toEqual([
    '/help: said again; taken by Telegram 4 ms and 2 polls before the kill, not noted',
  ]);
  const late = talk.soFar([first + 5, second - 1], polls);
  expect(late.tally).toEqual({ ...none, doubled: 1 });
  expect(late.remarks.join('')).toContain('why?');
  expect(talk.soFar([first - 3_000], polls).tally).toEqual({ ...none, doubled: 1 });
});

it.each([
  ['timedOut', 'error-deadline', { seconds: 15 }],
  ['timedOut', 'error-deadline-restarted', {}],
  ['buried', 'error-buried', { id: 'abc' }],
  ['other', 'error-unexpected', { id: 'abc' }],
] as const)('count knows an answer that is "%s" by the text %s', async (ending, key, vars) => {
  await using talk = await startTalk();
  await talk.say(readTexts().write('en', key, vars));
  expect(talk.soFar().tally).toEqual({ ...none, [ending]: 1 });
});
