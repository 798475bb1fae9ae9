// Lines of a stream, as they were written: only a line feed ends one.

import { BackupError } from './failure.ts';

/** In UTF-16 units; far above any update or entry. */
const longest = 2 ** 24;

/**
 * Gives the lines that each chunk ends, and at last what follows the last line feed, if anything. Rejects with
 * BackupError for what is not UTF-8, or has a line that is too long to be one.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let count = 0;
  let begun: string[] = [];
  let length = 0;
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw new BackupError(`after line ${count}: not UTF-8`, { cause: error });
    }
  };
  for await (const chunk of chunks) {
    const [first = '', ...others] = decode(chunk).split('\n');
    begun.push(first);
    length += first.length;
    if (length > longest) throw new BackupError(`line ${count + 1}: too long`);
    const rest = others.pop();
    if (rest === undefined) continue;
    const lines = [begun.join(''), ...others];
    count += lines.length;
    yield lines;
    begun = [rest];
    length = rest.length;
  }
  const last = begun.join('') + decode();
  if (last !== '') yield [last];
}
