// What an answered update costs with everything switched on: against a hand-written loop without a framework, and
// against bare grammY with its runner. All give the very same answer.

import { join } from 'node:path';
import { startContestant } from './contestant.ts';
import type { Contestant, Round } from './contestant.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { median, repeat } from './measure.ts';
import type { Answer } from './rivals/rival.ts';

const rivals = ['undici-loop', 'grammy-runner', 'grammy-undici'] as const;
type Name = 'errand' | (typeof rivals)[number];

/** Measures rounds of so many messages, when all are warm; the rounds of the contestants alternate. */
export async function updates({ rounds = 7, warmUps = 10, messages = 2_000 } = {}): Promise<Line> {
  await using parts = new AsyncDisposableStack();
  const enter = async (name: Name, answer?: Answer): Promise<[Name, Contestant]> => {
    const main = answer && join(import.meta.dirname, `rivals/${name}.ts`);
    const contestant = parts.use(
      await startContestant({ main, settings: answer && { ANSWER: JSON.stringify(answer) } }),
    );
    await repeat(warmUps, () => contestant.answer(messages));
    return [name, contestant];
  };

  const field = [await enter('errand')];
  const answer = withoutAddress(field[0]?.[1].newestAnswer());
  for (const name of rivals) field.push(await enter(name, answer));

  const results = await repeat(rounds, async () => {
    const round = {} as Record<Name, Round>;
    for (const [name, contestant] of field) round[name] = await contestant.answer(messages);
    return round;
  });
  for (const [, contestant] of field) contestant.check();
  return report(results);
}

/** What an answer says, without the chat and the message that it goes to. */
function withoutAddress(payload: Record<string, unknown> = {}): Answer {
  const { chat_id: _chat, reply_parameters: _question, text, ...rest } = payload;
  return { text: String(text), ...rest };
}

function report(results: Record<Name, Round>[]): Line {
  const compare = (key: keyof Round, rival: Name) =>
    median(results.map((round) => round.errand[key] / round[rival][key]));
  const medians: Record<string, number> = {};
  for (const name of ['errand', ...rivals] as const) {
    for (const key of ['cpuMs', 'perSecond', 'serverLoad'] as const) {
      medians[`${name} ${key}`] = median(results.map((round) => round[name][key]));
    }
  }
  return makeLine(
    'updates',
    [
      {
        figure: 'CPU time of an answered update, against a hand-written loop',
        measured: compare('cpuMs', 'undici-loop'),
        unit: '×',
        atMost: 1.5,
      },
      {
        figure: 'CPU time of an answered update, against bare grammY and its runner',
        measured: compare('cpuMs', 'grammy-runner'),
        unit: '×',
        atMost: 1,
      },
      {
        figure: 'the same, with undici as its client',
        measured: compare('cpuMs', 'grammy-undici'),
        unit: '×',
      },
      {
        figure: 'updates answered per second, against bare grammY and its runner',
        measured: compare('perSecond', 'grammy-runner'),
        unit: '×',
        atLeast: 1,
      },
    ],
    medians,
    [
      'cpuMs is for 1,000 answers; where serverLoad is near 1, the local Bot API is what holds back perSecond',
    ],
  );
}

if (import.meta.main) printLine(await updates());
