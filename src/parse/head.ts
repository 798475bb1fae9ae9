// Walks through the beginning of a page and notes what its head says, in bounded time and memory whatever it is.

import { Parser } from 'htmlparser2';

/** What the head of a page says, as it says it: nothing is cleaned, only cut. */
export interface Head {
  /** Contents by the name of their `<meta>`, in lower case; the first of a name counts. */
  meta: Map<string, string>;
  title: string;
  language: string;
  /** The JSON-LD blocks, unparsed. */
  linkedData: string[];
}

/** Deepest nesting that is followed: the parser's time grows with the square of it, and real pages stay below 50. */
const maxDepth = 256;
const maxTags = 20_000;
const maxMetaNames = 200;
const maxNameLength = 64;
const maxTextLength = 4096;
const maxLinkedDataLength = 65_536;

/**
 * Reads `html` until its body begins, or further when no title has been seen by then; stops quietly at nesting or tags without end.
 * Keeps the first 200 names of `<meta>`.
 */
export function readHead(html: string): Head {
  const head: Head = { meta: new Map(), title: '', language: '', linkedData: [] };
  const walk = new HeadWalk(head);
  const parser = new Parser({
    onopentagname: (name) => {
      if (walk.enter(name) === 'stop') parser.pause();
    },
    onopentag: (name, attributes) => walk.open(name, attributes),
    ontext: (text) => walk.read(text),
    onclosetag: (name) => walk.leave(name),
  });
  parser.end(html);
  return head;
}

class HeadWalk {
  readonly #head: Head;
  #depth = 0;
  #tags = 0;
  #drawings = 0;
  #reading: 'title' | 'linked data' | undefined;
  #titleSeen = false;
  #block = '';

  constructor(head: Head) {
    this.#head = head;
  }

  enter(name: string): 'stop' | 'go on' {
    this.#depth += 1;
    this.#tags += 1;
    if (name === 'svg') this.#drawings += 1;
    const bodyBegins = name === 'body' && this.#titleSeen;
    return bodyBegins || this.#depth > maxDepth || this.#tags > maxTags ? 'stop' : 'go on';
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'html') this.#head.language ||= cut(attributes['lang'] ?? '');
    else if (name === 'meta') this.#noteMeta(attributes);
    else if (name === 'title' && !this.#titleSeen && this.#drawings === 0) this.#reading = 'title';
    else if (name === 'script' && isLinkedData(attributes)) this.#reading = 'linked data';
  }

  read(text: string): void {
    if (this.#reading === 'title' && this.#head.title.length < maxTextLength) {
      this.#head.title = cut((this.#head.title + text).trimStart());
    }
    if (this.#reading === 'linked data' && this.#block.length <= maxLinkedDataLength) this.#block += text;
  }

  leave(name: string): void {
    this.#depth -= 1;
    if (name === 'svg') this.#drawings -= 1;
    if (name === 'title' && this.#reading === 'title') this.#titleSeen = this.#head.title !== '';
    if (name === 'script' && this.#reading === 'linked data') this.#noteLinkedData();
    this.#reading = undefined;
  }

  #noteMeta(attributes: Record<string, string>): void {
    const { property, name, itemprop, content = '' } = attributes;
    const key = (property ?? name ?? itemprop ?? '').slice(0, maxNameLength).trim().toLowerCase();
    const words = cut(content.trimStart());
    const { meta } = this.#head;
    if (key === '' || words === '' || meta.has(key) || meta.size >= maxMetaNames) return;
    meta.set(key, words);
    if (key === 'og:title') this.#titleSeen = true;
  }

  #noteLinkedData(): void {
    if (this.#block.length <= maxLinkedDataLength) this.#head.linkedData.push(this.#block);
    this.#block = '';
  }
}

function isLinkedData(attributes: Record<string, string>): boolean {
  return (attributes['type'] ?? '').trim().toLowerCase() === 'application/ld+json';
}

function cut(text: string): string {
  return text.slice(0, maxTextLength);
}
