// The inbox of one container, in a SQLite file that only one process can open.

import type { DatabaseSync } from 'node:sqlite';
import type { Update } from 'grammy/types';
import { Backlog } from '../async/backlog.ts';
import { Bell } from '../async/bell.ts';
import { later, now } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import { openSqliteFile } from '../store/sqlite-file.ts';
import type { Damage } from '../store/sqlite-file.ts';
import { listAtMost, noDoubt, rememberBuriedMs, rememberMs, suspectFrom } from './inbox.ts';
import type { Buried, Entry, Inbox, InboxState, Note } from './inbox.ts';
import { inboxMigrations, prepareStatements, readEntry } from './inbox-statements.ts';
import type { Row, Statements } from './inbox-statements.ts';

const sweepEveryMs = 60 * 60 * 1000;
/** Milliseconds after which marks that could not be written are tried again. */
const flushAgainMs = 1_000;
/** How many updates may wait in memory before no more are taken in. */
const fewWaiting = 1_000;

/** What is to be written about an update. */
interface Mark {
  state?: 'done' | 'buried';
  note?: Note & { reason?: string };
  /** How many failed tries it was released with, if it was released. */
  failed?: number;
}

export interface SqliteInboxOptions {
  /** Told that the file was damaged and set aside. */
  onDamage?: (damage: Damage) => void;
  /** Told of each update whose record cannot be read; it is buried. */
  onUnreadable?: (updateId: number, error: unknown) => void;
}

/** Opens the inbox. Throws an error in words when the file cannot be opened, or is open in another process. */
export function openSqliteInbox(path: string, options: SqliteInboxOptions = {}): Inbox {
  const { onDamage = () => {}, onUnreadable = () => {} } = options;
  const rescue = [{ table: 'updates', key: ['id'] }];
  const database = openSqliteFile({ path, exclusive: true, migrations: inboxMigrations, rescue, onDamage });
  return new SqliteInbox(database, onUnreadable);
}

class SqliteInbox implements Inbox {
  /** What is written here is this process's alone. */
  readonly isSure = true;
  readonly #database: DatabaseSync;
  readonly #write: Statements;
  /** All that is open, in the order of acceptance. */
  readonly #open = new Map<number, Entry>();
  readonly #ready: Entry[] = [];
  readonly #waiting = new Backlog(fewWaiting);
  readonly #bell = new Bell();
  readonly #pauses = new Set<Later>();
  #synchronous: 'FULL' | 'NORMAL' | undefined;
  #sweptAt = 0;
  #hasHandedOut = false;
  readonly #later = new Map<number, Mark>();
  #flushing: Promise<void> | undefined;
  #nextFlush: Later | undefined;

  constructor(database: DatabaseSync, onUnreadable: (updateId: number, error: unknown) => void) {
    this.#database = database;
    this.#write = prepareStatements(database);
    this.#takeUp(onUnreadable);
  }

  async accept(updates: readonly Update[]): Promise<number> {
    if (updates.length === 0) return 0;
    const acceptedAt = now();
    const fresh: Update[] = [];
    this.#transaction('FULL', () => {
      this.#sweep();
      this.#writeMarks();
      for (const update of updates) {
        const { changes } = this.#write.insert.run(update.update_id, acceptedAt, JSON.stringify(update));
        if (changes > 0) fresh.push(update);
      }
    });
    this.#later.clear();
    for (const update of fresh) {
      this.#admit({ update, acceptedAt, failures: 0, suspicion: 0, isLeftOver: false, note: {} });
    }
    return fresh.length;
  }

  untilFew(options: { signal: AbortSignal }): Promise<void> {
    return this.#waiting.untilLittle(options);
  }

  async take(limit: number, { signal }: { signal: AbortSignal }): Promise<Entry[]> {
    signal.throwIfAborted();
    for (;;) {
      const taken = this.#ready.splice(0, limit);
      for (const _entry of taken) this.#waiting.remove();
      // What ended while it waited is worked on no more.
      const open = taken.filter((entry) => this.#open.get(entry.update.update_id) === entry);
      if (open.length > 0) return this.#handOut(open);
      if (this.#ready.length === 0) await this.#bell.rung({ signal });
    }
  }

  async begin(updateId: number): Promise<void> {
    this.#transaction('NORMAL', () => this.#write.begin.run(updateId));
  }

  note(updateId: number, note: Note): Promise<void> {
    const entry = this.#open.get(updateId);
    if (entry) Object.assign(entry.note, note);
    return this.#writeLater(updateId, { note });
  }

  async untilSure(): Promise<void> {}

  done(updateId: number): Promise<void> {
    this.#open.delete(updateId);
    return this.#writeLater(updateId, { state: 'done' });
  }

  async release(updateId: number, { afterMs = 0, hasFailed = false } = {}): Promise<void> {
    const entry = this.#open.get(updateId);
    if (!entry) return;
    const next = { ...entry, failures: entry.failures + (hasFailed ? 1 : 0), isLeftOver: true };
    this.#open.set(updateId, next);
    if (afterMs > 0) this.#offerLater(next, afterMs);
    else this.#offer(next);
    await this.#writeLater(updateId, { failed: hasFailed ? 1 : 0 });
  }

  bury(updateId: number, reason: string): Promise<void> {
    this.#open.delete(updateId);
    return this.#writeLater(updateId, { state: 'buried', note: { reason } });
  }

  async buried(): Promise<Buried[]> {
    this.#flush();
    return this.#write.buried.all(listAtMost) as unknown as Buried[];
  }

  async retry(updateId: number): Promise<boolean> {
    this.#flush();
    let entries: Entry[] = [];
    this.#transaction('FULL', () => {
      const rows = this.#write.retry.all(now(), updateId) as unknown as Row[];
      entries = rows.map(readEntry);
    });
    for (const entry of entries) this.#admit(entry);
    return entries.length > 0;
  }

  state(): InboxState {
    // Updates enter in the order of their acceptance, so the first one left is the oldest.
    return { open: this.#open.size, oldest: this.#open.values().next().value?.acceptedAt };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#database.isOpen) return;
    for (const pause of this.#pauses) pause[Symbol.dispose]();
    this.#nextFlush?.[Symbol.dispose]();
    try {
      // What could not be written before has a last chance: the disk may have room again.
      this.#flush();
      this.#write.end.run(1);
    } catch {
      // It stays unwritten: its updates are looked at once more at the next start.
    } finally {
      this.#database.close();
    }
  }

  /** Suspects what the last process has left if it ended without a word, and lets that wait. */
  #takeUp(onUnreadable: (updateId: number, error: unknown) => void): void {
    let rows: Row[] = [];
    this.#transaction('FULL', () => {
      this.#sweep();
      this.#write.blame.run({ suspectFrom, noDoubt });
      this.#write.absolve.run();
      this.#write.end.run(1);
      rows = this.#write.left.all() as unknown as Row[];
    });
    for (const row of rows) {
      try {
        this.#admit(readEntry(row));
      } catch (error) {
        void this.bury(row.id, 'its record is damaged').catch(() => {});
        onUnreadable(row.id, error);
      }
    }
  }

  #admit(entry: Entry): void {
    this.#open.set(entry.update.update_id, entry);
    this.#offer(entry);
  }

  /** From the first that is handed out on, an end without a word is somebody's doing. */
  #handOut(entries: Entry[]): Entry[] {
    if (!this.#hasHandedOut) this.#transaction('NORMAL', () => this.#write.end.run(0));
    this.#hasHandedOut = true;
    return entries;
  }

  /** Lets an update wait, behind those that were accepted before it. */
  #offer(entry: Entry): void {
    const place = this.#ready.findLastIndex(({ acceptedAt }) => acceptedAt <= entry.acceptedAt) + 1;
    this.#ready.splice(place, 0, entry);
    this.#waiting.add();
    this.#bell.ring();
  }

  #offerLater(entry: Entry, afterMs: number): void {
    const pause = later(afterMs, () => {
      this.#pauses.delete(pause);
      this.#offer(entry);
    });
    this.#pauses.add(pause);
  }

  /** Marks of one turn of the event loop are written together: a thousand of them cost one commit. */
  #writeLater(id: number, mark: Mark): Promise<void> {
    const earlier = this.#later.get(id);
    this.#later.set(id, earlier ? merge(earlier, mark) : mark);
    this.#flushing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#flushing = undefined;
        try {
          this.#flush();
          resolve();
        } catch (error) {
          this.#flushAgain();
          reject(error);
        }
      });
    });
    return this.#flushing;
  }

  /** Writes the marks; when they cannot be written, they go with the next. */
  #flush(): void {
    if (this.#later.size === 0) return;
    // A mark that a power cut undoes only means that its update is looked at once more.
    this.#transaction('NORMAL', () => this.#writeMarks());
    this.#later.clear();
  }

  /** Tries until the marks are written: without them a kill would have their answers given twice. */
  #flushAgain(): void {
    if (this.#nextFlush) return;
    const again = () => {
      this.#nextFlush = undefined;
      try {
        this.#flush();
      } catch {
        // Whoever made the marks has been told.
        this.#flushAgain();
      }
    };
    this.#nextFlush = later(flushAgainMs, again);
  }

  #writeMarks(): void {
    for (const [id, { state = null, note = {}, failed = null }] of this.#later) {
      if (state === 'done') this.#write.finish.run(id);
      else this.#write.mark.run({ id, state, note: JSON.stringify(note), failed });
    }
  }

  /** Forgets the updates that ended so long ago that nobody asks for them again. */
  #sweep(): void {
    const at = now();
    if (at - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = at;
    this.#write.forget.run(at - rememberMs, at - rememberBuriedMs);
  }

  #transaction(synchronous: 'FULL' | 'NORMAL', write: () => void): void {
    if (synchronous !== this.#synchronous) this.#database.exec(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
    this.#write.open.run();
    try {
      write();
      this.#write.commit.run();
    } catch (error) {
      // SQLite has rolled back by itself after some failures, such as a full disk.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function merge(earlier: Mark, { state, note, failed }: Mark): Mark {
  const isReleased = failed !== undefined || earlier.failed !== undefined;
  return {
    state: state ?? earlier.state,
    note: { ...earlier.note, ...note },
    failed: isReleased ? (earlier.failed ?? 0) + (failed ?? 0) : undefined,
  };
}
