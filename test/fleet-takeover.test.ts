// What an instance held goes to the others when it is killed, and when it stood still for too long.

import { describe, expect, it, vi } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { keepFromTaking, startFleet } from './fleet.ts';
import { Gate } from './gate.ts';
import { patient } from './stopping.ts';
import { page, said, words } from './world.ts';

// The others wait until they are sure that an instance is dead.
vi.setConfig({ testTimeout: 120_000 });

const progressOf = ({ chat }: Person) => chat.waitFor(({ text = '' }) => text.includes('Looking'), patient);
const anAnswer = expect.stringContaining('The slow page');

/** A fleet of two with the work on a slow page in the hands of the one that polls. */
async function startSlow(parts: AsyncDisposableStack) {
  const fleet = parts.use(await startFleet());
  const gate = new Gate(page('The slow page'));
  fleet.site.on('/slow', gate.respond);
  const [poller] = await fleet.start('poller');
  const [other] = await fleet.start('other');
  const [ann, zoe] = fleet.people(2) as [Person, Person];
  {
    await using _others = await keepFromTaking(fleet, other);
    ann.send(fleet.site.url('/slow'));
    await gate.arrived(1);
  }
  const progress = await progressOf(ann);
  await fleet.noted(1);
  return { fleet, gate, poller, other, ann, zoe, progress };
}

describe.concurrent('An instance', () => {
  it('that is killed leaves its work and its polling to another, which goes on in the same message', async () => {
    await using parts = new AsyncDisposableStack();
    const { fleet, gate, poller, other, ann, zoe, progress } = await startSlow(parts);
    poller.kill('SIGKILL');
    await poller.ended;
    zoe.send('/help');
    expect((await zoe.chat.nextMessage(patient)).text).toContain('What I can do');
    await gate.arrived(2);
    await ann.chat.waitFor(({ text = '' }) => text.startsWith('I was restarted'), patient);
    gate.open();
    await fleet.idle();
    expect(said(ann.chat)).toMatchObject([{ message_id: progress.message_id, text: anAnswer }]);
    expect(words(zoe.chat)).toHaveLength(1);
    expect(await fleet.count('buried')).toBe(0);
    // Nobody was answered before somebody had polled again.
    expect(other.log.join('\n')).toContain('"request ended"');
  });

  it('that stood still finds that others have done its work, says nothing more and ends', async () => {
    await using parts = new AsyncDisposableStack();
    const { fleet, gate, poller, ann, zoe, progress } = await startSlow(parts);
    poller.kill('SIGSTOP');
    await gate.arrived(2);
    zoe.send('/help');
    await zoe.chat.nextMessage(patient);
    // Both have their page now: the one that stands still finds it when it goes on.
    gate.open();
    await fleet.idle();
    const { length } = fleet.emulator.calls();
    poller.kill('SIGCONT');
    const { code, stderr } = await poller.ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'The other instances have taken over from this one, which stood still: start it again\n',
    });
    const calls = fleet.emulator.calls().slice(length);
    expect(calls.filter(({ method }) => /send|edit/.test(method))).toEqual([]);
    expect(said(ann.chat)).toMatchObject([{ message_id: progress.message_id, text: anAnswer }]);
    expect(words(zoe.chat)).toHaveLength(1);
  });
});
