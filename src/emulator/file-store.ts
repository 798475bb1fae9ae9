// The files that were sent, on disk in a temporary directory that goes with the emulator.

import { randomBytes } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Writable } from 'node:stream';
import mime from 'mime';
import { makeScratch } from './scratch.ts';

/** As what a file was sent; a file_id works only for the same kind. */
export type FileKind = 'document' | 'photo';

/** A file that can be sent, sent again and downloaded. Sizes are in bytes. */
export interface StoredFile {
  readonly kind: FileKind;
  readonly fileId: string;
  readonly uniqueId: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Where it is on disk. */
  readonly path: string;
  /** Where it is in download addresses. */
  readonly remotePath: string;
  readonly width?: number;
  readonly height?: number;
}

/** What is known of a file's bytes that lie at `path`. */
export interface FileFacts {
  kind: FileKind;
  name: string;
  type: string | undefined;
  size: number;
  path: string;
  width?: number;
  height?: number;
}

const maxStoredBytes = 4 * 1024 ** 3;
const idPrefixes: Record<FileKind, string> = { document: 'BQACAgIAAxkB', photo: 'AgACAgIAAxkB' };

/** The files of one emulator; beyond 4 GB the oldest are given up. */
export class FileStore {
  #directory: string | undefined;
  #count = 0;
  #storedBytes = 0;
  readonly #byId = new Map<string, StoredFile>();
  readonly #byRemotePath = new Map<string, StoredFile>();

  /** A new place on disk and a stream that writes to it. */
  create(): { path: string; stream: Writable } {
    const path = this.#newPath();
    return { path, stream: createWriteStream(path) };
  }

  /** Writes `bytes` to a new place on disk. */
  async write(bytes: Uint8Array): Promise<string> {
    const path = this.#newPath();
    await writeFile(path, bytes);
    return path;
  }

  /** Makes what lies at `facts.path` a file with an id. */
  add(facts: FileFacts): StoredFile {
    const number = ++this.#count;
    const uniqueId = `AgAD${randomBytes(9).toString('base64url')}`;
    const extension = extname(facts.name) || (facts.kind === 'photo' ? '.jpg' : '');
    const file: StoredFile = {
      ...facts,
      type: facts.type ?? mime.getType(facts.name) ?? 'application/octet-stream',
      fileId: `${idPrefixes[facts.kind]}${randomBytes(36).toString('base64url')}`,
      uniqueId,
      remotePath: `${facts.kind}s/file_${number}${extension}`,
    };
    this.#byId.set(file.fileId, file);
    this.#byRemotePath.set(file.remotePath, file);
    this.#storedBytes += file.size;
    this.#dropOldest();
    return file;
  }

  byId(fileId: string): StoredFile | undefined {
    return this.#byId.get(fileId);
  }

  byRemotePath(remotePath: string): StoredFile | undefined {
    return this.#byRemotePath.get(remotePath);
  }

  /** Removes what lies at `path` and never became a file. */
  async discard(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  /** Removes everything from the disk. */
  async close(): Promise<void> {
    this.#byId.clear();
    this.#byRemotePath.clear();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  #newPath(): string {
    this.#directory ??= makeScratch('emulator');
    return join(this.#directory, `${++this.#count}`);
  }

  #dropOldest(): void {
    for (const file of this.#byId.values()) {
      if (this.#storedBytes <= maxStoredBytes || this.#byId.size === 1) return;
      this.#byId.delete(file.fileId);
      this.#byRemotePath.delete(file.remotePath);
      this.#storedBytes -= file.size;
      rmSync(file.path, { force: true });
    }
  }
}
