// /buried as admins see it, and as everybody else does not.

import { describe, expect, it } from 'vitest';
import { buried } from '../../handlers/admin/buried.ts';
import { startWorld, words } from '../world.ts';
import { aRequest, tools } from './tools.ts';

const given = (id: string) => ({ id, at: new Date('2027-03-04T12:00:00Z'), reason: '3 tries have failed' });

describe('buried', () => {
  it('lists what was given up, each with a button to try it again', async () => {
    const reply = await buried.run(aRequest(), tools({ buried: async () => [given('a1'), given('b2')] }));
    expect(reply.words?.text).toContain('I gave up 2 requests');
    expect(reply.words?.text).toContain('a1 – asked 2027-03-04T12:00:00.000Z: 3 tries have failed');
    expect(reply.buttons).toEqual([
      [
        { label: 'Retry a1', call: 'buried:a1' },
        { label: 'Retry b2', call: 'buried:b2' },
      ],
    ]);
  });

  it('has no more buttons than fit, in rows without a gap', async () => {
    const many = Array.from({ length: 20 }, (_, i) => given(`r${i}`));
    const reply = await buried.run(aRequest(), tools({ buried: async () => many }));
    expect(reply.buttons?.map((row) => row.length)).toEqual([4, 4]);
  });

  it('says so when nothing was given up', async () => {
    expect((await buried.run(aRequest(), tools())).words?.text).toContain('no request');
  });

  it('tries one again, or says that there is none', async () => {
    const retried: string[] = [];
    const retry = async (id: string) => retried.push(id) === 1;
    const first = await buried.run(aRequest({ input: 'A1' }), tools({ retry }));
    const second = await buried.run(aRequest({ input: 'zz' }), tools({ retry }));
    expect(retried).toEqual(['a1', 'zz']);
    expect(first.words?.text).toContain('trying A1 again');
    expect(second.words?.text).toContain('no zz');
  });

  it('does not exist for whoever is no admin, neither as a command nor as a button', async () => {
    await using world = await startWorld();
    const ann = world.emulator.person();
    ann.send('/buried');
    ann.send('/buriedd');
    await world.idle();
    const [asCommand, asUnknown] = words(ann.chat);
    expect(asCommand).toBe(asUnknown);
    expect(asCommand).toContain("don't know that command");
  });

  it('lets an admin have a request tried again that was given up, as if it were new', async () => {
    let isBroken = true;
    await using world = await startWorld(
      { ADMIN_IDS: '5999' },
      {
        handlers: [
          buried,
          {
            name: 'fragile',
            work: 'turn',
            takes: 'the rest',
            run: async () => ({ words: { text: isBroken ? '' : 'It works now' } }),
          },
        ],
      },
    );
    const admin = world.emulator.person({ id: 5999 });
    const ann = world.emulator.person();
    ann.send('please');
    const told = await ann.chat.waitFor(({ text = '' }) => text.startsWith('I tried several times'), {
      timeoutMs: 15_000,
    });
    isBroken = false;
    admin.send('/buried');
    const list = await admin.chat.nextMessage();
    const [id = ''] = /\S+$/.exec(told.text ?? '') ?? [];
    admin.tap(`Retry ${id}`, { message: list });
    await ann.chat.waitFor(({ text }) => text === 'It works now');
    admin.send('/buried');
    expect((await admin.chat.waitFor(({ text = '' }) => text.includes('no request'))).text).toBeDefined();
  }, 30_000);
});
