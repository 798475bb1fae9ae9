// The readable side of a response: nothing that has arrived is lost, and no more arrives than is wanted.

import { describe, expect, it, vi } from 'vitest';
import { WireBody } from '../../src/net/wire-body.ts';
import type { Tap } from '../../src/net/wire-body.ts';
import { failureOf } from './settings.ts';

const least = { bytes: 1_000, withinMs: 10_000 };

function open(promisedBytes?: number) {
  const turns: string[] = [];
  const tap: Tap = {
    pause: () => void turns.push('pause'),
    resume: () => void turns.push('resume'),
    abort: (reason) => void turns.push(`abort: ${reason.message}`),
  };
  const body = new WireBody(tap, { promisedBytes, least, tooSlow: () => new Error('too slow') });
  return { body, turns };
}

async function readAll(body: WireBody): Promise<{ text: string; error: unknown }> {
  let text = '';
  const reading = async () => {
    for await (const chunk of body as AsyncIterable<Buffer>) text += chunk.toString();
  };
  const error = await reading().catch((reason: unknown) => reason);
  return { text, error };
}

describe('WireBody', () => {
  it('gives out what has arrived before it reports what broke', async () => {
    const { body } = open();
    const broken = new Error('connection lost');
    body.add(Buffer.from('first '));
    body.add(Buffer.from('second'));
    body.finish(broken);
    expect(await readAll(body)).toEqual({ text: 'first second', error: broken });
  });

  it('ends well after the promised bytes, whatever the connection does then', async () => {
    const whole = open(5);
    whole.body.add(Buffer.from('hello'));
    whole.body.finish(new Error('other side closed'));
    expect(await readAll(whole.body)).toEqual({ text: 'hello', error: undefined });
    const part = open(6);
    const broken = new Error('other side closed');
    part.body.add(Buffer.from('hello'));
    part.body.finish(broken);
    expect(await readAll(part.body)).toEqual({ text: 'hello', error: broken });
  });

  it('turns the tap off when nobody reads, and on again when somebody does', async () => {
    const { body, turns } = open();
    body.add(Buffer.alloc(16_383));
    expect(turns).toEqual([]);
    body.add(Buffer.alloc(1));
    expect(turns).toEqual(['pause']);
    const reading = readAll(body);
    body.finish();
    expect((await reading).text).toHaveLength(16_384);
    const waiting = open();
    void waiting.body.read();
    expect(waiting.turns).toEqual(['resume']);
    waiting.body.destroy();
  });

  it('puts small pieces together and passes over empty ones', async () => {
    const { body } = open();
    for (const letter of 'hello') body.add(Buffer.from(letter));
    body.add(Buffer.alloc(0));
    body.finish();
    const chunks = await body.toArray();
    expect(chunks.map(String)).toEqual(['hello']);
    const late = open();
    const reading = readAll(late.body);
    await new Promise(setImmediate);
    late.body.add(Buffer.alloc(0));
    await new Promise(setImmediate);
    late.body.add(Buffer.from('late'));
    late.body.finish();
    expect((await reading).text).toBe('late');
  });

  it('closes the tap when it is destroyed before its end, and only then', async () => {
    const early = open();
    const reason = new Error('stopped');
    const failure = failureOf(early.body.toArray());
    early.body.destroy(reason);
    expect(await failure).toBe(reason);
    expect(early.turns).toContain('abort: stopped');
    early.body.add(Buffer.from('too late'));
    const done = open();
    done.body.finish();
    await done.body.toArray();
    expect(done.turns.join()).not.toContain('abort');
  });

  it('stops its clock when it has ended or is destroyed, whichever comes first', async () => {
    vi.useFakeTimers();
    try {
      const [ended, destroyed] = [open(), open()];
      for (const { body } of [ended, destroyed]) body.add(Buffer.from('a'));
      expect(vi.getTimerCount()).toBe(2);
      ended.body.finish();
      destroyed.body.destroy();
      destroyed.body.add(Buffer.from('too late'));
      await new Promise(process.nextTick);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
