// What a handler is given: every tool bound to its request, its person and its signal.

import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { gather } from '../async/gather.ts';
import type { Config } from '../config.ts';
import type { FileProgress, Handler, LinkCard, Tools, Translate } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import { readLink } from '../net/link.ts';
import type { Web } from '../net/web.ts';
import { showHost } from '../parse/plain-words.ts';
import type { Parsers } from '../parse/pool.ts';
import { keepIfPossible } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import type { TempFiles } from '../store/temp-files.ts';
import { explain, isWorthAnotherTry } from './explain.ts';
import { fetchFile } from './fetch-file.ts';
import type { HeldFile } from './fetch-file.ts';
import type { Job, Slots } from './job.ts';
import type { Jobs } from './jobs.ts';
import { lookAt } from './look.ts';
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
  jobs: Jobs;
  web: Web;
  parsers: Parsers;
  temp: TempFiles;
  stores: Stores;
}

/** Makes the tools of a request, spoken in `language`. */
export type Toolbox = (job: Job, language: string) => Tools;

export function createToolbox(workshop: Workshop): Toolbox {
  const { config, log, texts, handlers, slots, jobs, stores } = workshop;
  const looks = new SharedWork<LinkCard>(slots);
  const files = new SharedWork<HeldFile, FileProgress>(slots, async (held) => held[Symbol.asyncDispose]());
  const maxBytes = Math.min(config.maxDownloadBytes, config.maxUploadBytes);

  return (job, language) => {
    const { request, handler, signal } = job;
    const kind = handler.work === 'download' ? 'download' : 'lookup';
    const speak = (code: string | undefined): Translate => {
      const spoken = texts.choose(code, code);
      return (key, vars) => texts.write(spoken, key, vars);
    };
    const t = speak(language);
    const deadlineMs = job.dueAt - request.acceptedAt;
    const reported = new Set<unknown>();
    const report = (error: unknown) => {
      if (!reported.has(error)) log.error({ request: request.id, err: error }, 'request failed');
      reported.add(error);
    };

    const open = (link: string) => {
      const url = readLink(link, config.allowHosts);
      const more = request.links.length - 1;
      const host = showHost(url.hostname);
      job.subject = more > 0 ? t('jobs-subject-many', { host, more }) : host;
      return url;
    };

    return {
      signal,
      t,
      speak,
      language,
      languages: texts.languages,
      handlers,
      limits: { uploadBytes: config.maxUploadBytes, linksAtOnce: maxLinks },
      progress: (words) => job.say(words),
      gather,
      mayPass: isWorthAnotherTry,
      explain: (error) =>
        explain(error, { t, id: request.id, deadlineMs, onlyWaited: job.onlyWaited, report }),

      async look(link) {
        const url = open(link);
        const lease = await looks.lease(
          job,
          url.href,
          async (task, permit) => {
            using slot = permit;
            const enterHost = (host: string) => slot.enterHost(host, task);
            return await lookAt(url, workshop, { signal: task.signal, enterHost });
          },
          { kind, host: url.host },
        );
        await lease[Symbol.asyncDispose]();
        return lease.value;
      },

      async fetchFile(link, onProgress) {
        const url = open(link);
        const lease = await files.lease(
          job,
          url.href,
          (task, permit) => fetchFile(url, { ...workshop, maxBytes }, task, permit),
          { kind, host: url.host, onProgress },
        );
        return job.keep(lease).value.file;
      },

      async remember(link) {
        const id = createHash('sha256').update(link).digest('base64url').slice(0, 22);
        return (await keepIfPossible(stores.links, id, link, log)) ? id : undefined;
      },
      recall: (id) => stores.links.get(id),

      jobs: () => jobs.visibleTo(request).map((other) => other.view()),
      cancel(id) {
        const found = id === undefined ? jobs.visibleTo(request) : jobs.cancellableBy(request, id);
        for (const other of found) other.stop('person');
        return found.length;
      },

      person: async () => (await stores.people.get(`${request.person.id}`)) ?? {},
      async changePerson(change) {
        const now = (await stores.people.get(`${request.person.id}`)) ?? {};
        await stores.people.set(`${request.person.id}`, { ...now, ...change });
      },
    };
  };
}
