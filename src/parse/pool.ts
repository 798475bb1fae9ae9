// The parsers of what strangers wrote: each works in a warm child process that may do nothing but think.

import { join } from 'node:path';
import { ChildPool } from './child-pool.ts';
import { type Kind, type KindJob, kindBytes, readKind } from './kind.ts';
import type { PageJob } from './page.ts';
import { type PageSummary, readSummary } from './page-summary.ts';

export type { PageSummary } from './page-summary.ts';

/** Real heads end long before. */
const maxPageBytes = 524_288;

/** Bounds of the parsers. */
export interface ParsersOptions {
  /** Child processes, and so jobs done at once; 2 by default. There is one more while one is replaced. */
  children?: number;
  /** Heap of a child in MB; 192 by default. */
  maxHeapMb?: number;
  /** Time in ms that a job may take once a child has it; 5,000 by default. */
  maxJobMs?: number;
  /** Jobs after which a child makes room for a fresh one, as soon as that is warm; 100 by default. */
  recycleAfter?: number;
  /** Told when a child ended by itself or could not be started; for the log. */
  onCrash?: (error: Error) => void;
}

/** Reads what strangers wrote, outside this process. Disposing kills the children and waits until they are gone. */
export interface Parsers extends AsyncDisposable {
  /**
   * What the page at `url` says of itself, from its first bytes (512 KB are looked at) and its Content-Type.
   * Rejects with `signal.reason` on abort, which kills the child; with UserError `error-unreadable` when it takes too long;
   * with Error when the child ends, `cause` telling how.
   */
  page(
    bytes: Uint8Array,
    options: { contentType?: string | undefined; url: string; signal: AbortSignal },
  ): Promise<PageSummary>;
  /** What a file is by its first bytes (4,100 are looked at); undefined when nobody knows. Rejects as `page` does. */
  kind(head: Uint8Array, options: { signal: AbortSignal }): Promise<Kind | undefined>;
  /** Living children. */
  size(): number;
}

/** Starts the parsers; their children warm up in the background and don't keep this process alive. */
export function createParsers(options: ParsersOptions = {}): Parsers {
  const pool = new ChildPool({
    children: options.children ?? 2,
    maxHeapMb: options.maxHeapMb ?? 192,
    maxJobMs: options.maxJobMs ?? 5000,
    recycleAfter: options.recycleAfter ?? 100,
    onCrash: options.onCrash ?? (() => {}),
    file: join(import.meta.dirname, 'child.ts'),
  });
  return {
    async page(bytes, { contentType, url, signal }) {
      const job: PageJob = { bytes: bytes.subarray(0, maxPageBytes), contentType };
      return readSummary(await pool.run(job, { signal }), url);
    },
    async kind(head, { signal }) {
      const job: KindJob = { head: head.subarray(0, kindBytes) };
      return readKind(await pool.run(job, { signal }));
    },
    size: () => pool.size,
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
