// What a bot stands on that is one of many instances: everything in the Postgres that they share.

import type { Update } from 'grammy/types';
import { now } from '../async/clock.ts';
import type { Events } from '../events.ts';
import { openChannel } from '../postgres/channel.ts';
import { openDatabase } from '../postgres/database.ts';
import { joinInstances } from '../postgres/instances.ts';
import { holdLease } from '../postgres/lease.ts';
import { prepareSchema } from '../postgres/schema.ts';
import { openTravel } from '../postgres/travel.ts';
import { keepInPostgres } from '../store/keeping.ts';
import { createStores } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import { createEverywhere } from './everywhere.ts';
import type { Foundation, FoundationOptions } from './foundation.ts';
import { openPostgresInbox } from './inbox-postgres.ts';
import { Shares } from './shares.ts';

export interface FleetOptions extends FoundationOptions {
  /** Address of the database. */
  url: string;
  /** What this instance is called. */
  name: string;
  /** The program's version. */
  version: string;
  /** Updates with the same turn are worked on one after the other. */
  turnOf: (update: Update) => string | undefined;
  events: Events;
  signal?: AbortSignal;
}

/**
 * Joins the instances that share a database. Waits for a database that cannot be reached yet; rejects with
 * DatabaseError, saying what to mend, or with the signal's reason.
 */
export async function joinFleet(options: FleetOptions): Promise<Foundation> {
  const { url, name, version, turnOf, jobs, limits, events, log, signal } = options;
  await using parts = new AsyncDisposableStack();
  const onTrouble = (error: unknown) => log.warn({ err: error }, 'database: a statement failed');
  const tell = (isOver: boolean) => events.emit('trouble', { what: 'database', isOver, at: now() });
  const onMissedBeat = (error: unknown) => {
    onTrouble(error);
    tell(false);
  };
  const onWaiting = (words: string) => log.warn(words);
  const database = parts.use(await openDatabase(url, { signal, onWaiting, onTrouble }));
  await prepareSchema(database);
  const channel = parts.use(openChannel(database, { onTrouble }));
  const travel = parts.use(await openTravel(database, { onTrouble }));
  const onBeat = () => tell(true);
  const instances = parts.use(
    await joinInstances(database, { name, version, onTrouble: onMissedBeat, onBeat }),
  );
  const everywhere = parts.use(createEverywhere({ jobs, channel, instances, onTrouble }));
  const onDamaged = (update: number) => log.error({ update }, 'update cannot be read: buried');
  const inbox = parts.use(
    await openPostgresInbox({ database, channel, instances, travel, turnOf, onTrouble, onDamaged }),
  );
  const slots = parts.use(new Shares({ database, channel, instances, limits, onTrouble }));
  const onPersonChange = (id: string) => void channel.tell('person', id).catch(onTrouble);
  const stores = parts.use(createStores(keepInPostgres(database), { onPersonChange, onTrouble }));
  parts.use(channel.on('person', (id) => forget(stores, id)));
  instances.watch([inbox.takeOver, slots.takeOver]);
  log.info({ instance: instances.id, name }, 'joined the instances');

  const open = parts.move();
  return {
    inbox,
    stores,
    slots,
    everywhere,
    damage: [],
    lost: instances.alive,
    lead: (work, { signal: until }) =>
      holdLease(database, { name: 'polling', holder: instances.id, signal: until, work, onTrouble }),
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

/** Another instance has changed what is kept of a person, or may have changed that of anybody. */
function forget({ people }: Stores, id: unknown): void {
  if (typeof id === 'string') people.forget(id);
  else people.forgetAll();
}
