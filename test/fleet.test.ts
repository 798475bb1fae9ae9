// Many instances as one bot, to which Telegram brings its updates: order, jobs, languages and shares hold over all.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { range } from '../bench/measure.ts';
import type { Person } from '../src/emulator/contract.ts';
import { hold, keepFromTaking, startFleet } from './fleet.ts';
import type { Fleet, Instance } from './fleet.ts';
import { startFront } from './front.ts';
import { Gate } from './gate.ts';
import { patient, stop, well } from './stopping.ts';
import { page, said, words } from './world.ts';

const all = new AsyncDisposableStack();
let fleet: Fleet;
let one: Instance;
let two: Instance;
let three: Instance;

beforeAll(async () => {
  const front = all.use(await startFront());
  fleet = all.use(
    await startFleet({ WEBHOOK_URL: `${front.root}/telegram`, WEBHOOK_SECRET: 'Open-Sesame', SHARE: '2' }),
  );
  [one, two, three] = await fleet.start('one', 'two', 'three');
  for (const { web } of [one, two, three]) front.add(await web());
}, 60_000);
afterAll(() => all.disposeAsync());

/** Does the work while no other instance takes updates. */
async function onlyOn<T>(instance: Instance, work: () => Promise<T>): Promise<T> {
  const others = [one, two, three].filter((other) => other !== instance);
  await using _others = await keepFromTaking(fleet, ...others);
  return await work();
}

/** Sends a text; resolves with the bot's answer. */
async function ask(person: Person, text: string) {
  const question = person.send(text);
  return person.chat.waitFor(
    ({ reply_to_message: asked }) => asked?.message_id === question.message_id,
    patient,
  );
}

/** A page that keeps whoever asks for it waiting. */
function slowPage(path: string) {
  const gate = new Gate(page('The slow page'));
  fleet.site.on(path, gate.respond);
  return gate;
}

const progressOf = ({ chat }: Person) =>
  chat.waitFor(({ text = '' }) => /Looking|Waiting|next/.test(text), patient);

describe('Instances of one bot', () => {
  it('take what changes a chat in its order, many chats at once', async () => {
    const people = fleet.people(15);
    const codes = ['ru', 'en', 'auto', 'ru', 'en', 'ru'];
    for (const code of codes) for (const person of people) person.send(`/settings ${code}`);
    await fleet.idle();
    for (const { chat } of people) {
      const answers = said(chat).map(({ reply_to_message: asked }) => asked?.message_id ?? 0);
      expect(answers).toHaveLength(codes.length);
      expect(answers).toEqual(answers.toSorted((a, b) => a - b));
      expect(words(chat).at(-1)).toContain('Настройки');
    }
  });

  it('let no lookup wait for what changes its chat', async () => {
    fleet.site.on('/page', page('The page'));
    const [ann] = fleet.people(1) as [Person];
    {
      await using _nobodyWrites = await hold(fleet.databaseUrl, 'LOCK TABLE errand.kept IN EXCLUSIVE MODE');
      ann.send('/settings ru');
      ann.send('/settings en');
      expect((await ask(ann, fleet.site.url('/page'))).text).toBeDefined();
      await ann.chat.waitFor(({ text = '' }) => text.includes('The page'), patient);
      expect(said(ann.chat)).toHaveLength(1);
    }
    await fleet.idle();
    expect(words(ann.chat).slice(1)).toEqual([
      expect.stringContaining('Настройки'),
      expect.stringContaining('Settings'),
    ]);
  });

  it('speak the language that was chosen on another', async () => {
    const [ann] = fleet.people(1) as [Person];
    await onlyOn(one, async () => expect((await ask(ann, '/help')).text).toContain('What I can do'));
    await onlyOn(two, async () => expect((await ask(ann, '/settings ru')).text).toContain('Настройки'));
    await onlyOn(one, async () => expect((await ask(ann, '/help')).text).toContain('Что я умею'));
  });

  it('find, cancel and replace the work of another', async () => {
    const gate = slowPage('/slow');
    const [ann] = fleet.people(1) as [Person];
    const question = await onlyOn(one, async () => {
      const asked = ann.send(fleet.site.url('/slow?first'));
      await gate.arrived(1);
      return asked;
    });
    const { message_id } = await progressOf(ann);
    await onlyOn(two, async () => {
      expect((await ask(ann, '/jobs')).text).toMatch(/site\.localhost/);
      ann.edit(question, fleet.site.url('/slow?edited'));
      await gate.arrived(2);
    });
    await gate.holds(1);
    await onlyOn(three, async () => {
      ann.tap('Cancel');
      await ann.chat.waitFor(({ text }) => text === 'Cancelled.', patient);
    });
    await gate.holds(0);
    await fleet.idle();
    expect(said(ann.chat)[0]).toMatchObject({ message_id, text: 'Cancelled.' });
    expect(said(ann.chat)).toHaveLength(2);
    expect(gate.came).toEqual(['/slow?first', '/slow?edited']);
  });

  it('hold a person to one share together, and serve others meanwhile', async () => {
    const gate = slowPage('/shared');
    const [ann, bob] = fleet.people(2) as [Person, Person];
    // Each of two has more in its hands than the share.
    for (const [i, instance] of [one, two].entries()) {
      await onlyOn(instance, async () => {
        for (const j of range(6)) ann.send(fleet.site.url(`/shared?${6 * i + j}`));
        await fleet.taken(6 * (i + 1));
      });
    }
    await gate.holds(2);
    bob.send(fleet.site.url('/page'));
    await bob.chat.waitFor(({ text = '' }) => text.includes('The page'), patient);
    expect(gate.came).toHaveLength(2);
    expect(gate.held).toBe(2);
    for (const i of range(12)) {
      await gate.arrived(i + 1);
      gate.admit();
    }
    await fleet.idle();
    expect(gate.peak).toBe(2);
    expect(words(ann.chat)).toEqual(range(12).map(() => expect.stringContaining('The slow page')));
  });

  it('take over at once from one that is told to stop, and nobody is answered twice', async () => {
    const gate = slowPage('/leaving');
    const [ann, ...crowd] = fleet.people(41) as [Person, ...Person[]];
    await onlyOn(one, async () => {
      ann.send(fleet.site.url('/leaving'));
      await gate.arrived(1);
    });
    const { message_id } = await progressOf(ann);
    for (const person of crowd) person.send('/help');
    const ended = stop(one);
    for (const person of crowd) person.send(fleet.site.url('/page'));
    expect(await ended).toEqual(well);
    expect(await fleet.orphans()).toBe(0);
    await gate.arrived(2);
    gate.open();
    await fleet.idle();
    expect(said(ann.chat)).toMatchObject([{ message_id, text: expect.stringContaining('The slow page') }]);
    for (const { chat } of crowd) {
      expect(words(chat).toSorted()).toEqual([
        expect.stringContaining('The page'),
        expect.stringContaining('What I can do'),
      ]);
    }
  }, 60_000);
});
