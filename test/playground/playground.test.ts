// The playground as it really runs: the bot in its own process is killed, hurried, confused and kept busy, and everybody
// is answered once.

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { said, startStage } from './stage.ts';

// Each has a process of its own to wait for.
describe.concurrent('startPlayground', () => {
  it('has two people, a group with topics, a bot that is up, and leaves no process behind', async () => {
    const stage = await startStage();
    const { playground, ann } = stage;
    expect(playground.emulator.snapshot()).toMatchObject({
      people: [{ user: { first_name: 'Ann' } }, { user: { first_name: 'Bob' } }],
      chats: [{}, {}, { title: 'Weekend club', topics: [{ name: 'Trips' }, { name: 'Kitchen' }] }],
    });
    expect(playground.ready()).toMatchObject({ ready: true, detail: { bot: 'up' } });
    ann.send('/help');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
    await stage.until(({ engine }) => engine.requests[0]?.ending === 'answered');
    const { pid, dataDir } = playground.bot;
    expect(existsSync(dataDir)).toBe(true);
    await stage[Symbol.asyncDispose]();
    expect(existsSync(dataDir)).toBe(false);
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('answers each once whose request a kill interrupts, under the same id', async () => {
    await using stage = await startStage();
    const { playground, ann } = stage;
    const { emulator, backstage } = playground;
    const others = Array.from({ length: 5 }, () => emulator.person());
    const askers = [ann, ...others];
    askers.forEach((person, i) => person.send(stage.address(`stall-${i}`)));
    await stage.until(({ engine }) => engine.requests.filter(({ phases }) => phases.length > 0).length === 6);
    const ids = stage.state().engine.requests.map(({ id }) => id);
    backstage.killBot();
    await stage.enters('down');
    expect(playground.ready().ready).toBe(false);
    expect(stage.state().engine.requests[0]?.phases.at(-1)?.state).toBe('interrupted');
    const { engine } = await stage.until(({ engine: { requests } }) =>
      requests.every(({ ending }) => ending === 'answered'),
    );
    expect(engine.requests.map(({ id }) => id)).toEqual(ids);
    expect(engine.requests[0]?.phases.map(({ state }) => state)).toEqual([
      'running',
      'interrupted',
      'running',
    ]);
    await emulator.polling();
    for (const person of askers) expect(said(person)).toEqual([expect.stringContaining('Market stall')]);
  });

  it('comes back when the process ends by itself', async () => {
    await using stage = await startStage();
    process.kill(stage.playground.bot.pid ?? 0, 'SIGABRT');
    await stage.enters('down');
    await stage.enters('up');
    stage.ann.send('/help');
    expect((await stage.ann.chat.nextMessage()).text).toContain('What I can do');
  });

  it('answers an update once that comes three times', async () => {
    await using stage = await startStage();
    const { emulator, backstage } = stage.playground;
    backstage.addFault('twice');
    for (let i = 0; i < 5; i += 1) stage.ann.send(`/help ${i}`);
    const copies = (raw: readonly object[]) => raw.filter((event) => 'update' in event).length;
    await stage.until(({ raw }) => copies(raw) >= 15);
    await stage.until(({ engine }) => engine.requests.filter(({ ending }) => ending).length === 5);
    stage.ann.send('/jobs');
    await stage.until(({ engine }) => engine.requests.filter(({ ending }) => ending).length === 6);
    expect(said(stage.ann)).toHaveLength(6);
    await emulator.polling();
    expect(stage.state().faults).toEqual([]);
  });

  it('tells the admins, each in the language of their Telegram, and nobody else that another instance polls', async () => {
    await using stage = await startStage();
    const { emulator, backstage } = stage.playground;
    const bob = emulator.people()[1] ?? expect.fail();
    backstage.setAdmin(stage.ann.id, true);
    expect(stage.state().people[0]).toMatchObject({ isAdmin: true, isCrowd: false });
    backstage.setAdmin(bob.id, true);
    backstage.setAdmin(bob.id, false);
    const cem = emulator.person({ first_name: 'Cem', language_code: 'ru' });
    backstage.setAdmin(cem.id, true);
    cem.send('/help');
    await cem.chat.nextMessage();
    await emulator.polling();
    backstage.addFault('conflict');
    await stage.ann.chat.waitFor(({ text = '' }) => text.includes('Another'));
    await cem.chat.waitFor(({ text = '' }) => text.includes('другой процесс'));
    backstage.clearFaults();
    expect(said(bob)).toEqual([]);
  });

  it('keeps its admins over a kill', async () => {
    await using stage = await startStage();
    const { emulator, backstage } = stage.playground;
    backstage.setAdmin(stage.ann.id, true);
    backstage.killBot();
    await stage.enters('down');
    await stage.enters('up');
    await emulator.polling();
    backstage.addFault('conflict');
    await stage.ann.chat.waitFor(({ text = '' }) => text.includes('Another'));
  });
});
