// What a handler is given: every tool bound to its request, its person and its signal.

import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { gather } from '../async/gather.ts';
import type { Config } from '../config.ts';
import type { FileProgress, Handler, Kind, LinkCard, Tools, Translate } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import { bareHost } from '../net/allow.ts';
import { readLink } from '../net/link.ts';
import type { Web } from '../net/web.ts';
import { showHost } from '../parse/plain-words.ts';
import type { Parsers } from '../parse/pool.ts';
import { keepIfPossible } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import type { TempFiles } from '../store/temp-files.ts';
import { hereOnly } from './everywhere.ts';
import type { Everywhere } from './everywhere.ts';
import { explain, isWorthAnotherTry } from './explain.ts';
import { fetchFile } from './fetch-file.ts';
import type { HeldFile } from './fetch-file.ts';
import type { Inbox } from './inbox.ts';
import type { Job, Slots } from './job.ts';
import type { Jobs } from './jobs.ts';
import { lookAt } from './look.ts';
import { requestIdOf, updateIdOf } from './request-id.ts';
import { SharedWork } from './shared-work.ts';

/** How many links of one message are looked at. */
export const maxLinks = 20;

/** The parts that tools are made of. */
export interface Workshop {
  config: Config;
  log: Logger;
  texts: Texts;
  handlers: readonly Handler[];
  slots: Slots;
  inbox: Inbox;
  jobs: Jobs;
  /** Reaches the jobs of other processes too; by default there are none. */
  everywhere?: Everywhere;
  web: Web;
  parsers: Parsers;
  temp: TempFiles;
  stores: Stores;
}

/** Makes the tools of a request, spoken in `language`. */
export type Toolbox = (job: Job, language: string) => Tools;

export function createToolbox(workshop: Workshop): Toolbox {
  const shop: Shop = {
    everywhere: hereOnly(workshop.jobs),
    ...workshop,
    looks: new SharedWork(workshop.slots),
    files: new SharedWork(workshop.slots, async (held) => held[Symbol.asyncDispose]()),
  };
  return (job, language) => new Bound(shop, job, language);
}

/** A workshop with the work that is shared in it. */
interface Shop extends Workshop {
  readonly everywhere: Everywhere;
  readonly looks: SharedWork<LinkCard>;
  readonly files: SharedWork<HeldFile, FileProgress>;
}

/**
 * The tools of one request. Each is made when it is asked for, since most requests need but one or two, and works
 * without the others: `const { t, look } = tools`.
 */
class Bound implements Tools {
  readonly language: string;
  readonly #shop: Shop;
  readonly #job: Job;
  #reported: Set<unknown> | undefined;

  constructor(shop: Shop, job: Job, language: string) {
    this.#shop = shop;
    this.#job = job;
    this.language = language;
  }

  get signal(): AbortSignal {
    return this.#job.signal;
  }

  get t(): Translate {
    return (key, vars) => this.#shop.texts.write(this.language, key, vars);
  }

  get languages(): readonly string[] {
    return this.#shop.texts.languages;
  }

  get handlers(): readonly Handler[] {
    return this.#shop.handlers;
  }

  get limits(): Tools['limits'] {
    return { uploadBytes: this.#shop.config.maxUploadBytes, linksAtOnce: maxLinks };
  }

  get speak(): Tools['speak'] {
    const { texts } = this.#shop;
    return (code) => {
      const spoken = texts.choose(code, code);
      return (key, vars) => texts.write(spoken, key, vars);
    };
  }

  get progress(): Tools['progress'] {
    return (words) => this.#job.say(words);
  }

  get gather(): Tools['gather'] {
    return gather;
  }

  get mayPass(): Tools['mayPass'] {
    return isWorthAnotherTry;
  }

  get explain(): Tools['explain'] {
    const report = (error: unknown) => this.#report(error);
    return (error) => {
      const { request, dueAt, onlyWaited } = this.#job;
      const deadlineMs = dueAt - request.acceptedAt;
      return explain(error, { t: this.t, id: request.id, deadlineMs, onlyWaited, report });
    };
  }

  get look(): Tools['look'] {
    const { looks } = this.#shop;
    return async (link) => {
      const url = this.#open(link);
      const start: Parameters<typeof looks.lease>[2] = async (task, permit) => {
        using slot = permit;
        const enterHost = (host: string) => slot.enterHost(host, task);
        return await lookAt(url, this.#shop, { signal: task.signal, enterHost });
      };
      const lease = await looks.lease(this.#job, url.href, start, {
        kind: this.#kind,
        host: bareHost(url.hostname),
      });
      await lease[Symbol.asyncDispose]();
      return lease.value;
    };
  }

  get fetchFile(): Tools['fetchFile'] {
    const { files, config } = this.#shop;
    const maxBytes = Math.min(config.maxDownloadBytes, config.maxUploadBytes);
    return async (link, onProgress) => {
      const url = this.#open(link);
      const start: Parameters<typeof files.lease>[2] = (task, permit) =>
        fetchFile(url, { ...this.#shop, maxBytes }, task, permit);
      const load = { kind: this.#kind, host: bareHost(url.hostname), onProgress };
      return this.#job.keep(await files.lease(this.#job, url.href, start, load)).value.file;
    };
  }

  get remember(): Tools['remember'] {
    const { stores, log } = this.#shop;
    return async (link) => {
      const id = createHash('sha256').update(link).digest('base64url').slice(0, 22);
      return (await keepIfPossible(stores.links, id, link, log)) ? id : undefined;
    };
  }

  get recall(): Tools['recall'] {
    return (id) => this.#shop.stores.links.get(id);
  }

  get jobs(): Tools['jobs'] {
    return () => this.#shop.everywhere.visibleTo(this.#job.request);
  }

  get cancel(): Tools['cancel'] {
    return (id) => this.#shop.everywhere.cancel(this.#job.request, id);
  }

  get buried(): Tools['buried'] {
    return async () => {
      const found = await this.#shop.inbox.buried();
      return found.map(({ updateId, acceptedAt, reason }) => {
        return { id: requestIdOf(updateId), at: new Date(acceptedAt), reason };
      });
    };
  }

  get retry(): Tools['retry'] {
    return async (id) => {
      const updateId = updateIdOf(id);
      return updateId !== undefined && (await this.#shop.inbox.retry(updateId));
    };
  }

  get person(): Tools['person'] {
    return async () => (await this.#shop.stores.people.get(this.#personKey)) ?? {};
  }

  get changePerson(): Tools['changePerson'] {
    return async (change) => {
      const now = await this.person();
      await this.#shop.stores.people.set(this.#personKey, { ...now, ...change });
    };
  }

  get #kind(): Kind {
    return this.#job.handler.work === 'download' ? 'download' : 'lookup';
  }

  get #personKey(): string {
    return `${this.#job.request.person.id}`;
  }

  /** Reads a link, and shows from now on that the request is about it. */
  #open(link: string): URL {
    const url = readLink(link, this.#shop.config.allowHosts);
    const more = this.#job.request.links.length - 1;
    const host = showHost(url.hostname);
    this.#job.subject = more > 0 ? this.t('jobs-subject-many', { host, more }) : host;
    return url;
  }

  #report(error: unknown): void {
    this.#reported ??= new Set();
    if (this.#reported.has(error)) return;
    this.#reported.add(error);
    this.#shop.log.error({ request: this.#job.request.id, err: error }, 'request failed');
  }
}
