// Writes an export: a line that says what it is, a line for each thing that is kept, a line that counts them.

import { now } from '../async/clock.ts';
import { formatName, formatVersion } from './format.ts';
import { none } from './items.ts';
import type { Tally } from './items.ts';
import type { Place, ReadOptions } from './place.ts';

/** Writes everything that a place holds, a few lines at a time; resolves with how much that was. */
export async function writeExport(
  place: Place,
  write: (text: string) => Promise<void>,
  options: ReadOptions,
): Promise<Tally> {
  const tally = none();
  const head = { kind: formatName, version: formatVersion, at: new Date(now()).toISOString() };
  await write(toLine(head));
  await place.read(async (items) => {
    for (const { kind } of items) tally[kind] += 1;
    await write(items.map(toLine).join(''));
  }, options);
  await write(toLine({ kind: 'end', items: Object.values(tally).reduce((sum, count) => sum + count) }));
  return tally;
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
