// Bytes into a temporary file in large pieces: one is written while the next is gathered.

import type { TempFile } from '../store/temp-files.ts';

/** The largest and the smallest piece in bytes. Each write costs two changes of thread, so that large ones are faster. */
const mostBytes = 1_048_576;
const leastBytes = 131_072;
/** Memory for the pieces of all writers; it is exceeded where there are so many that each has the smallest ones. */
const roomBytes = 33_554_432;

const writers = new Set<FileWriter>();

/** How large pieces are in bytes, each of `count` writers having two. */
export function pieceBytesFor(count: number): number {
  const share = 2 ** Math.floor(Math.log2(roomBytes / 2 / count));
  return Math.max(leastBytes, Math.min(mostBytes, share));
}

/** Writes one file. Disposing it waits until the disk is left alone; what was not on its way there is lost. */
export class FileWriter implements AsyncDisposable {
  readonly #file: TempFile;
  readonly #broken = new AbortController();
  /** The piece that is gathered, and the one that is written meanwhile. */
  #piece = Buffer.alloc(0);
  #other = Buffer.alloc(0);
  #gatheredBytes = 0;
  #handedBytes = 0;
  #writing = Promise.resolve();

  constructor(file: TempFile) {
    this.#file = file;
    writers.add(this);
  }

  /** Bytes taken since the beginning or the last `restart`. */
  get size(): number {
    return this.#handedBytes + this.#gatheredBytes;
  }

  /** Aborts with the system's error as soon as the disk fails. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Takes more bytes; waits while both pieces are full. Throws the system's error or `UserError` (`error-disk-full`). */
  async append(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      if (this.#gatheredBytes === this.#piece.length) await this.#handOver();
      const copied = chunk.copy(this.#piece, this.#gatheredBytes, at);
      at += copied;
      this.#gatheredBytes += copied;
    }
  }

  /** Forgets everything taken so far. */
  async restart(): Promise<void> {
    await this.#writing;
    this.#gatheredBytes = 0;
    this.#handedBytes = 0;
    await this.#file.handle.truncate(0);
  }

  /** Writes what is still gathered; resolves with the length of the file. */
  async finish(): Promise<number> {
    await this.#handOver();
    await this.#writing;
    return this.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#writing]);
    writers.delete(this);
  }

  /** Begins to write what is gathered, as soon as the piece before is written. */
  async #handOver(): Promise<void> {
    await this.#writing;
    this.#file.reserve(this.size);
    const full = this.#piece;
    this.#writing = this.#write(full.subarray(0, this.#gatheredBytes), this.#handedBytes);
    this.#writing.catch((error: unknown) => this.#broken.abort(error));
    this.#handedBytes += this.#gatheredBytes;
    this.#gatheredBytes = 0;
    const bytes = pieceBytesFor(writers.size);
    this.#piece = this.#other.length === bytes ? this.#other : Buffer.allocUnsafe(bytes);
    this.#other = full;
  }

  async #write(piece: Buffer, position: number): Promise<void> {
    const { handle } = this.#file;
    for (let at = 0; at < piece.length;) {
      const { bytesWritten } = await handle.write(piece, at, piece.length - at, position + at);
      at += bytesWritten;
    }
  }
}
