// The channel: what one instance tells, the others hear, and nobody misses for long what was told while it was deaf.

import { EventEmitter, on } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openChannel } from '../../src/postgres/channel.ts';
import type { Channel } from '../../src/postgres/channel.ts';
import { eventually, usePostgres } from './database.ts';

const base = usePostgres();

/** What is heard about a topic, one after the other. */
function listen(channel: Channel, topic: string): { next(): Promise<unknown> } & Disposable {
  const heard = new EventEmitter();
  const words = on(heard, 'word');
  const listening = channel.on(topic, (data) => heard.emit('word', data));
  return {
    next: async () => ((await words.next()).value as unknown[])[0],
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

describe('Channel', () => {
  it('tells everybody who listens to the topic, from when it says that it listens', async () => {
    await using database = await base.openEmpty();
    await using mine = openChannel(database);
    await using theirs = openChannel(database);
    const ears = [listen(mine, 'cancel'), listen(theirs, 'cancel')];
    const other = listen(theirs, 'ban');
    for (const ear of [...ears, other]) expect(await ear.next()).toBeUndefined();
    await mine.tell('cancel', { id: 'r1', words: '“😀”' });
    for (const ear of ears) expect(await ear.next()).toEqual({ id: 'r1', words: '“😀”' });
    await theirs.tell('ban', 7);
    expect(await other.next()).toBe(7);
  });

  it('tells what is told in a transaction once it is committed, and nothing of one that is not', async () => {
    await using database = await base.openEmpty();
    await using channel = openChannel(database);
    const ear = listen(channel, 'work');
    await ear.next();
    const failing = database.transaction(async (tx) => {
      await channel.tell('work', 'never', { tx });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await database.transaction(async (tx) => {
      await channel.tell('work', 'second', { tx });
      await channel.tell('work', 'first');
    });
    expect([await ear.next(), await ear.next()]).toEqual(['first', 'second']);
  });

  it('goes on when a stranger says something on it', async () => {
    await using database = await base.openEmpty();
    const troubles: unknown[] = [];
    await using channel = openChannel(database, { onTrouble: (error) => troubles.push(error) });
    const ear = listen(channel, 'work');
    await ear.next();
    for (const words of ['hello', 'null', '7'])
      await database.query(`SELECT pg_notify('errand', $1)`, [words]);
    await channel.tell('work', 'something');
    expect(await ear.next()).toBe('something');
    expect(troubles.map(String).join()).toContain('Cannot understand');
    expect(troubles.map(String).join()).not.toContain('hello');
  });

  it('tells nothing to a listener that was taken away, and everything to the others', async () => {
    await using database = await base.openEmpty();
    await using channel = openChannel(database);
    const heard: unknown[] = [];
    const away = channel.on('work', (data) => heard.push(data));
    const ear = listen(channel, 'work');
    await ear.next();
    away[Symbol.dispose]();
    await channel.tell('work', 1);
    expect(await ear.next()).toBe(1);
    expect(heard).toEqual([undefined]);
  });

  it('listens again after an outage of the server, and says so', async () => {
    await using database = await base.openEmpty();
    const troubles: unknown[] = [];
    await using channel = openChannel(database, { onTrouble: (error) => troubles.push(error) });
    const ear = listen(channel, 'work');
    await ear.next();
    await base.line.cut();
    await base.line.mend();
    expect(await ear.next()).toBeUndefined();
    await eventually(() => channel.tell('work', 'after'));
    expect(await ear.next()).toBe('after');
    expect(troubles.length).toBeGreaterThan(0);
  });

  it('listens again after its own connection was cut', async () => {
    await using database = await base.openEmpty();
    await using channel = openChannel(database);
    const ear = listen(channel, 'work');
    await ear.next();
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query = 'LISTEN errand' AND datname = current_database()`,
    );
    expect(await ear.next()).toBeUndefined();
    await channel.tell('work', 'after');
    expect(await ear.next()).toBe('after');
  });

  it('closes at once while it listens and while the server is away', async () => {
    await using database = await base.openEmpty();
    const listening = openChannel(database);
    await listen(listening, 'work').next();
    await listening[Symbol.asyncDispose]();
    await base.line.cut();
    const refused = Promise.withResolvers<unknown>();
    const waiting = openChannel(database, { onTrouble: refused.resolve });
    await refused.promise;
    await waiting[Symbol.asyncDispose]();
    await base.line.mend();
  });
});
