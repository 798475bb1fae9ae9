// The inbox of one container, in a SQLite file that only one process can open.

import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { Update } from 'grammy/types';
import { now } from '../async/clock.ts';
import type { Entry, Inbox, Note } from './inbox.ts';

/** Telegram keeps an undelivered update for 24 hours; ended ones are remembered a little longer. */
const rememberMs = 26 * 60 * 60 * 1000;

const sweepEveryMs = 60 * 60 * 1000;

/** What is to be written about an update. */
interface Mark {
  state?: 'done' | 'buried';
  note?: Note & { reason?: string };
}

interface Row {
  id: number;
  body: string;
  accepted_at: number;
  attempts: number;
  note: string;
}

/** Opens the inbox. Throws when the file cannot be opened, is damaged, or is open in another process. */
export function openSqliteInbox(path: string): Inbox {
  return new SqliteInbox(path);
}

class SqliteInbox implements Inbox {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #finish: StatementSync;
  readonly #write: StatementSync;
  readonly #openSince = new Map<number, number>();
  readonly #forget: StatementSync;
  #synchronous: 'FULL' | 'NORMAL' | undefined;
  #sweptAt = 0;
  readonly #later = new Map<number, Mark>();
  #flushing: Promise<void> | undefined;

  constructor(path: string) {
    const database = new DatabaseSync(path);
    // An exclusive lock is the operating system's: it ends with the process, whatever became of it.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS updates (
        id INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open',
        attempts INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '{}', body TEXT
      );
    `);
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#insert = database.prepare(
      'INSERT INTO updates (id, accepted_at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#forget = database.prepare("DELETE FROM updates WHERE state <> 'open' AND accepted_at < ?");
    this.#finish = database.prepare("UPDATE updates SET state = 'done', body = NULL WHERE id = ?");
    this.#write = database.prepare(
      'UPDATE updates SET state = coalesce(:state, state), note = json_patch(note, :note) WHERE id = :id',
    );
  }

  async accept(updates: readonly Update[]): Promise<Entry[]> {
    if (updates.length === 0) return [];
    const acceptedAt = now();
    const fresh: Entry[] = [];
    this.#transaction('FULL', () => {
      this.#sweep();
      this.#writeMarks();
      for (const update of updates) {
        const { changes } = this.#insert.run(update.update_id, acceptedAt, JSON.stringify(update));
        if (changes > 0) fresh.push({ update, acceptedAt, attempts: 0, note: {} });
      }
    });
    this.#later.clear();
    for (const { update } of fresh) this.#openSince.set(update.update_id, acceptedAt);
    return fresh;
  }

  async open(): Promise<Entry[]> {
    const rows: Row[] = [];
    this.#transaction('FULL', () => {
      this.#sweep();
      const found = this.#database.prepare(
        "SELECT id, body, accepted_at, attempts, note FROM updates WHERE state = 'open' ORDER BY accepted_at, id",
      );
      rows.push(...(found.all() as unknown as Row[]));
      this.#database.exec("UPDATE updates SET attempts = attempts + 1 WHERE state = 'open'");
    });
    return rows.map((row) => {
      this.#openSince.set(row.id, row.accepted_at);
      return {
        update: JSON.parse(row.body) as Update,
        acceptedAt: row.accepted_at,
        attempts: row.attempts + 1,
        note: JSON.parse(row.note) as Note,
      };
    });
  }

  note(updateId: number, note: Note): Promise<void> {
    return this.#writeLater(updateId, { note });
  }

  done(updateId: number): Promise<void> {
    this.#openSince.delete(updateId);
    return this.#writeLater(updateId, { state: 'done' });
  }

  bury(updateId: number, reason: string): Promise<void> {
    this.#openSince.delete(updateId);
    return this.#writeLater(updateId, { state: 'buried', note: { reason } });
  }

  state(): { open: number; oldest: number | undefined } {
    // Updates enter in the order of their acceptance, so the first one left is the oldest.
    return { open: this.#openSince.size, oldest: this.#openSince.values().next().value };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#flushing?.catch(() => {});
      // What could not be written before has a last chance: the disk may have room again.
      this.#flush();
    } catch {
      // It stays unwritten: its updates are looked at once more at the next start.
    } finally {
      this.#database.close();
    }
  }

  /** Marks of one turn of the event loop are written together: a thousand of them cost one commit. */
  #writeLater(id: number, { state, note }: Mark): Promise<void> {
    const earlier = this.#later.get(id);
    this.#later.set(id, { state: state ?? earlier?.state, note: { ...earlier?.note, ...note } });
    this.#flushing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#flushing = undefined;
        try {
          this.#flush();
          resolve();
        } catch (error) {
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

  #writeMarks(): void {
    for (const [id, { state = null, note }] of this.#later) {
      if (state === 'done') this.#finish.run(id);
      else this.#write.run({ id, state, note: JSON.stringify(note) });
    }
  }

  /** Forgets the updates that ended so long ago that Telegram cannot deliver them again. */
  #sweep(): void {
    const at = now();
    if (at - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = at;
    this.#forget.run(at - rememberMs);
  }

  #transaction(synchronous: 'FULL' | 'NORMAL', write: () => void): void {
    if (synchronous !== this.#synchronous) this.#database.exec(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
    this.#begin.run();
    try {
      write();
      this.#commit.run();
    } catch (error) {
      // SQLite has rolled back by itself after some failures, such as a full disk.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
