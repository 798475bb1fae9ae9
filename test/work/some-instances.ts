// Several instances in one process, each with its own way to the same database, for tests.

import { openChannel } from '../../src/postgres/channel.ts';
import type { Channel } from '../../src/postgres/channel.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import type { Database } from '../../src/postgres/database.ts';
import { joinInstances } from '../../src/postgres/instances.ts';
import type { Instances } from '../../src/postgres/instances.ts';
import { eventually } from '../postgres/database.ts';

const times = { beatMs: 50, deadAfterMs: 400 };

/** What one instance shares with the others. */
export interface Member {
  readonly database: Database;
  readonly channel: Channel;
  readonly instances: Instances;
}

/** Joins so many instances that hear each other and know how many they are; the stack takes them apart. */
export async function joinSome(url: string, count: number, stack: AsyncDisposableStack): Promise<Member[]> {
  const members = await Promise.all(Array.from({ length: count }, () => joinOne(url, stack)));
  await eventually(async () => {
    if (members.some(({ instances }) => instances.size !== count)) throw new Error('not all there');
  });
  return members;
}

async function joinOne(url: string, stack: AsyncDisposableStack): Promise<Member> {
  const database = stack.use(await openDatabase(url));
  const channel = stack.use(openChannel(database));
  const listens = Promise.withResolvers<void>();
  channel.on('share', () => listens.resolve());
  await listens.promise;
  const instances = stack.use(await joinInstances(database, { name: 'a', version: '1', ...times }));
  return { database, channel, instances };
}
