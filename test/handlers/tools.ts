// Plain tools for testing handlers: real texts, a memory that lasts as long as the tools, and no world.

import { handlers } from '../../handlers/index.ts';
import { gather } from '../../src/async/gather.ts';
import type { LinkCard, Person, Reply, Request, Tools, Translate } from '../../src/handler.ts';
import { readTexts } from '../../src/i18n.ts';
import { explain, isWorthAnotherTry } from '../../src/work/explain.ts';

const texts = readTexts();

/** The languages that every handler is tested in. */
export const languages = ['en', 'ru'] as const;

/** Writes in a language. */
export function speak(language: string): Translate {
  return (key, vars) => texts.write(language, key, vars);
}

/** A request of Ann's in her private chat. */
export function aRequest(part: Partial<Request> = {}): Request {
  return {
    id: 'r1',
    acceptedAt: Date.now(),
    handler: 'test',
    input: '',
    links: [],
    person: { id: 7, languageCode: 'en' },
    chat: { id: 7, isPrivate: true },
    messageId: 100,
    ...part,
  };
}

/** What a small page looks like. */
export function aCard(part: Partial<LinkCard> = {}): LinkCard {
  return {
    url: new URL('https://example.com/news'),
    host: 'example.com',
    redirects: [],
    status: 200,
    type: 'text/html',
    elapsedMs: 340,
    certificateUntil: new Date('2027-03-04T12:00:00Z'),
    title: 'The news',
    ...part,
  };
}

/** Tools that can do nothing with the world but what `part` adds. They speak English unless told otherwise. */
export function tools(part: Partial<Tools> = {}): Tools {
  const language = part.language ?? 'en';
  const t = speak(language);
  const kept = new Map<string, string>();
  let person: Person = {};
  const refuse = async (): Promise<never> => {
    throw new Error('Cannot leave the test: no such tool was given');
  };
  return {
    signal: new AbortController().signal,
    t,
    language,
    languages: texts.languages,
    handlers,
    speak: (code) => speak(texts.choose(code, code)),
    limits: { uploadBytes: 50_000_000, linksAtOnce: 20 },
    progress: () => {},
    gather,
    mayPass: isWorthAnotherTry,
    explain: (error) =>
      explain(error, {
        t,
        id: 'r1',
        deadlineMs: 15_000,
        onlyWaited: false,
        report: () => {},
      }),
    look: refuse,
    fetchFile: refuse,
    async remember(link) {
      const id = `kept-${kept.size + 1}`;
      kept.set(id, link);
      return id;
    },
    recall: async (id) => kept.get(id),
    jobs: async () => [],
    cancel: async () => 0,
    buried: async () => [],
    retry: async () => false,
    person: async () => person,
    async changePerson(change) {
      person = { ...person, ...change };
    },
    ...part,
  };
}

/** The parts of a reply's text that its entities mark, by their type. */
export function marked({ words }: Reply): [string, string][] {
  return (words?.entities ?? []).map(({ type, offset, length }) => [
    type,
    words?.text.slice(offset, offset + length) ?? '',
  ]);
}
