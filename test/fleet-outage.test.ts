// The database away while two instances work: requests wait, and the instances go on by themselves when it is back.

import { expect, it } from 'vitest';
import { range } from '../bench/measure.ts';
import { sleep } from '../src/async/sleep.ts';
import type { Person } from '../src/emulator/contract.ts';
import { startFleet } from './fleet.ts';
import { Gate } from './gate.ts';
import { startServer } from './postgres/server.ts';
import { ask, patient, stop, well } from './stopping.ts';
import { page, words } from './world.ts';

const outageMs = 3_000;

it(
  'Instances lose nothing and say nothing twice while their database is stopped and restarted',
  { timeout: 120_000, retry: 2 },
  async () => {
    await using server = await startServer();
    await using fleet = await startFleet({ DATABASE_URL: server.url() });
    const gate = new Gate(page('The slow page'));
    fleet.site.on('/slow', gate.respond);
    fleet.site.on('/page', page('The page'));
    const [one, two] = await fleet.start('one', 'two');
    const webs = [await one.web(), await two.web()];
    const untilReady = async (status: number) => {
      for (const web of webs) while ((await ask(web, '/readyz')) !== status) await sleep(50);
    };
    await untilReady(200);
    const people = fleet.people(60);
    const [ann] = fleet.people(1) as [Person];
    ann.send(fleet.site.url('/slow'));
    await gate.arrived(1);
    const askAll = () => {
      for (const [i, person] of people.entries()) person.send(i % 2 ? '/help' : fleet.site.url('/page'));
    };

    askAll();
    await fleet.emulator.nextCall('sendMessage', patient);
    await server.stop();
    askAll();
    // What takes no look into the database goes on, and its answer waits.
    gate.open();
    await untilReady(503);
    await sleep(outageMs);
    await server.start();
    await untilReady(200);
    await fleet.idle();

    askAll();
    await server.restart();
    askAll();
    await untilReady(200);
    await fleet.idle();
    for (const [i, { chat }] of people.entries()) {
      const answer = expect.stringContaining(i % 2 ? 'What I can do' : 'The page');
      expect(words(chat)).toEqual(range(4).map(() => answer));
    }
    expect(words(ann.chat)).toEqual([expect.stringContaining('The slow page')]);
    expect(await fleet.count('buried')).toBe(0);
    expect(await Promise.all([stop(one), stop(two)])).toEqual([well, well]);
  },
);
