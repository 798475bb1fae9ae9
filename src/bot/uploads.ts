// Files on their way to Telegram: the same file goes up once, and to everybody else by the id it was given.

import { InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { Logger } from 'pino';
import { deadline } from '../async/deadline.ts';
import { Shared } from '../async/shared.ts';
import type { FetchedFile } from '../handler.ts';
import { keepIfPossible } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';

/** How long an upload for somebody else is waited for, in milliseconds: it may be held up by that chat. */
const patienceMs = 3_000;

type Send = (document: string | InputFile) => Promise<Message.DocumentMessage>;

export class Uploads {
  readonly #fileIds: Stores['fileIds'];
  readonly #log: Logger;
  readonly #underway = new Shared<string | undefined>();

  constructor(fileIds: Stores['fileIds'], log: Logger) {
    this.#fileIds = fileIds;
    this.#log = log;
  }

  /** Sends a file with `send`, by id where there is one or soon will be. Rejects as `send` does. */
  async send(
    file: FetchedFile,
    send: Send,
    { signal }: { signal: AbortSignal },
  ): Promise<Message.DocumentMessage> {
    const { source, name, key } = file;
    if ('fileId' in source) return send(source.fileId);
    // A file that is sent twice is read twice: each message has an InputFile of its own.
    const upload = () => send(new InputFile(source.path, name));
    if (key === undefined) return upload();

    let own: Promise<Message.DocumentMessage> | undefined;
    const first = async () => {
      own = upload();
      return this.#remember(key, await own);
    };
    using patience = deadline(patienceMs, { signal });
    try {
      await using lease = await this.#underway.lease(key, first, { signal: patience.signal });
      if (own) return await own;
      return lease.value === undefined ? await upload() : await send(lease.value);
    } catch (error) {
      if (own || signal.aborted) throw error;
      // Somebody else's upload failed: that says nothing about this chat.
      return await upload();
    }
  }

  async #remember(key: string, { document }: Message.DocumentMessage): Promise<string | undefined> {
    // Telegram may have made something else of the file, such as an animation.
    if (!document) return undefined;
    await keepIfPossible(this.#fileIds, key, document.file_id, this.#log);
    return document.file_id;
  }
}
