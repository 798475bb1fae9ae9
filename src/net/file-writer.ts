// Bytes into a temporary file in large pieces, with their hash.

import { createHash } from 'node:crypto';
import type { TempFile } from '../store/temp-files.ts';

/** Bytes gathered before they are written: a server may send them one by one. */
const pieceBytes = 262_144;

export class FileWriter {
  readonly #file: TempFile;
  readonly #piece = Buffer.allocUnsafe(pieceBytes);
  #gathered = 0;
  #written = 0;
  #hash = createHash('sha256');

  constructor(file: TempFile) {
    this.#file = file;
  }

  /** Bytes taken since the beginning or the last `restart`. */
  get size(): number {
    return this.#written + this.#gathered;
  }

  /** Takes more bytes. Throws the system's error or `UserError` (`error-disk-full`). */
  async append(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(this.#piece, this.#gathered, at);
      at += copied;
      this.#gathered += copied;
      if (this.#gathered === pieceBytes) await this.#flush();
    }
  }

  /** Forgets everything taken so far. */
  async restart(): Promise<void> {
    this.#gathered = 0;
    this.#written = 0;
    this.#hash = createHash('sha256');
    await this.#file.handle.truncate(0);
  }

  /** Writes what is still gathered; says how long the file is and its SHA-256 in hexadecimal. */
  async finish(): Promise<{ size: number; sha256: string }> {
    await this.#flush();
    return { size: this.#written, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    this.#file.reserve(this.#written + this.#gathered);
    const piece = this.#piece.subarray(0, this.#gathered);
    for (let at = 0; at < piece.length;) {
      const { bytesWritten } = await this.#file.handle.write(
        piece,
        at,
        piece.length - at,
        this.#written + at,
      );
      at += bytesWritten;
    }
    this.#hash.update(piece);
    this.#written += piece.length;
    this.#gathered = 0;
  }
}
