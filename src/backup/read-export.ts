// Reads an export: nothing but a whole one, each line as it should be.

import { BackupError } from './failure.ts';
import { formatName, formatVersion } from './format.ts';
import { readItem } from './items.ts';
import type { Numbered } from './place.ts';
import { splitLines } from './split-lines.ts';

/**
 * Gives the items of an export, a few at a time. `name` is what the operator calls it. Rejects with BackupError, naming
 * the line, for what is none or cut off.
 */
export async function* readExport(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Numbered[]> {
  const reader = new Reader();
  try {
    for await (const lines of splitLines(chunks)) {
      const items = lines.flatMap((text) => reader.read(text));
      if (items.length > 0) yield items;
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new BackupError(`Cannot read ${name}: ${error.message}`, { cause: error });
  }
}

class Reader {
  #line = 0;
  #items = 0;
  #isOver = false;

  read(text: string): Numbered[] {
    this.#line += 1;
    if (this.#isOver) throw this.#failure('it goes on after its end');
    if (this.#line === 1) return this.#readHead(text);
    const value = this.#parse(text);
    if (value.kind === 'end') return this.#readEnd(value);
    const item = readItem(value);
    if (typeof item === 'string') throw this.#failure(item);
    this.#items += 1;
    return [{ line: this.#line, item }];
  }

  end(): void {
    if (!this.#isOver) throw new BackupError(`after line ${this.#line}: cut off`);
  }

  #readHead(text: string): [] {
    const { kind, version } = this.#parse(text);
    if (kind !== formatName) throw this.#failure('not the beginning of an export');
    if (version !== formatVersion) {
      throw this.#failure(
        `the export has version ${JSON.stringify(version)}, this program knows ${formatVersion}`,
      );
    }
    return [];
  }

  #readEnd({ items }: { items?: unknown }): [] {
    if (items !== this.#items) {
      throw this.#failure(`it ends after ${this.#items} items, of ${JSON.stringify(items)}`);
    }
    this.#isOver = true;
    return [];
  }

  /** What is wrong is told without a word of what people wrote. */
  #parse(text: string): { kind?: unknown; version?: unknown; items?: unknown } {
    try {
      return Object(JSON.parse(text)) as object;
    } catch {
      throw this.#failure(this.#line === 1 ? 'not the beginning of an export' : 'not JSON: was it cut off?');
    }
  }

  #failure(words: string): BackupError {
    return new BackupError(`line ${this.#line}: ${words}`);
  }
}
