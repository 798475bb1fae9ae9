// Where hostile servers are met: what comes of looking at them and of taking a file from them, by a deadline.

import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadline } from '../../src/async/deadline.ts';
import { isTimeout, UserError } from '../../src/errors.ts';
import type { LinkCard } from '../../src/handler.ts';
import { offerDownload } from '../../src/net/download.ts';
import { createParsers } from '../../src/parse/pool.ts';
import { openTempFiles } from '../../src/store/temp-files.ts';
import { lookAt } from '../../src/work/look.ts';
import { startWeb } from '../net/settings.ts';

/** How a meeting ended: with a card, with a file, with words for the person, or at the deadline. */
export type Outcome =
  | { end: 'card'; card: LinkCard }
  | { end: 'file'; name: string; content: Buffer }
  | { end: 'refused'; key: string }
  | { end: 'deadline' };

/** A bot's way out, with no bot. */
export interface Stage extends AsyncDisposable {
  look(address: string, ms?: number): Promise<Outcome>;
  get(address: string, ms?: number): Promise<Outcome>;
  /** What is left in the directory of temporary files. */
  leftovers(): Promise<string[]>;
}

/** The largest file that is taken here, in bytes. */
export const limitBytes = 5_000_000;
/** Milliseconds that a meeting may take, for all who come to an end by themselves. */
const patienceMs = 15_000;

export async function startStage(): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-hostile-'));
  parts.defer(() => home.remove());
  const files = await openTempFiles({ directory: join(home.path, 'temp'), maxBytes: 10 * limitBytes });
  const parsers = parts.use(createParsers({ children: 1 }));
  const web = startWeb();
  const open = parts.move();

  const look = async (url: URL, signal: AbortSignal): Promise<Outcome> => {
    const card = await lookAt(url, { web, parsers }, { signal, enterHost: async () => {} });
    return { end: 'card', card };
  };
  const get = async (url: URL, signal: AbortSignal): Promise<Outcome> => {
    await using file = await files.create();
    await using offer = await offerDownload(web, url, { signal, maxBytes: limitBytes, pauseMs: 1 });
    const detect: typeof parsers.kind = (head, options) => parsers.kind(head, options);
    const { name, path } = await offer.take(file, { signal, detect });
    return { end: 'file', name, content: await readFile(path) };
  };
  return {
    look: (address, ms = patienceMs) => meet(look, address, ms),
    get: (address, ms = patienceMs) => meet(get, address, ms),
    leftovers: () => readdir(join(home.path, 'temp')),
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

async function meet(
  how: (url: URL, signal: AbortSignal) => Promise<Outcome>,
  address: string,
  ms: number,
): Promise<Outcome> {
  using due = deadline(ms);
  try {
    return await how(new URL(address), due.signal);
  } catch (error) {
    if (error instanceof UserError) return { end: 'refused', key: error.key };
    if (isTimeout(error) && due.signal.aborted) return { end: 'deadline' };
    throw error;
  }
}

/** An outcome in a word: the title of a card, the length of a file, the key of what the person is told. */
export function brief(outcome: Outcome): string {
  if (outcome.end === 'card') return `card "${outcome.card.title ?? ''}"`;
  if (outcome.end === 'file') return `file of ${outcome.content.length}`;
  return outcome.end === 'refused' ? outcome.key : outcome.end;
}
