// How much waits for a connection to Telegram, so that the intake brings no more than can leave.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/emulator/contract.ts';
import { settled } from '../work/a-job.ts';
import { failureOf, startLine } from './telegram.ts';
import type { Line } from './telegram.ts';

describe('Caller.untilKeepingUp', () => {
  let line: Line;
  beforeEach(async () => {
    line = await startLine();
  });
  afterEach(() => line[Symbol.asyncDispose]());

  const say = ({ id }: Person, text: string, options = {}) =>
    line.caller.call('sendMessage', { chat_id: id, text }, options);
  const crowd = (size: number) => Array.from({ length: size }, () => line.emulator.person());
  /** Whether it lets go on before `event` has happened. */
  const keepsUpBefore = (event: Promise<unknown>) => {
    const { signal } = new AbortController();
    const keepingUp = line.caller.untilKeepingUp({ signal }).then(() => true);
    return Promise.race([keepingUp, event.then(() => false)]);
  };

  it('waits while many answers wait for a connection, until only few do', async () => {
    line.emulator.faults.add({ method: 'sendMessage', times: 64, outcome: 'hang' });
    const hanging = new AbortController();
    const first = crowd(64).map((person) => failureOf(say(person, 'hangs', hanging)));
    const rest = crowd(200).map((person) => say(person, 'hello'));
    await settled();
    expect(await keepsUpBefore(settled())).toBe(false);
    hanging.abort(new Error('enough'));
    expect(await keepsUpBefore(Promise.all(rest))).toBe(true);
    await Promise.all([...first, ...rest]);
  });

  it('does not wait for what waits in chats that are held, for uploads, or for progress', async () => {
    const [ann, bob] = [line.emulator.person(), line.emulator.person()];
    line.emulator.faults.add({ chat: ann.id, times: 4, outcome: { status: 429, retryAfter: 3_600 } });
    line.emulator.faults.add({ method: 'sendDocument', times: 500, outcome: 'hang' });
    const held = Array.from({ length: 200 }, () => failureOf(say(ann, 'held')));
    await expect.poll(() => line.caller.isHeld(ann.id)).toBe(true);
    const uploads = crowd(200).map(({ id }) =>
      failureOf(line.caller.call('sendDocument', { chat_id: id, document: 'x' }, { as: 'upload' })),
    );
    expect(await keepsUpBefore(say(bob, 'hello'))).toBe(true);
    line.caller.close(new Error('closed'));
    await Promise.all([...held, ...uploads]);
  });
});
