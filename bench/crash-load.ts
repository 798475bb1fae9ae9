// What is asked of a bot that is killed: many small requests of three kinds, each at its moment.

import type { CrashSite } from './crash-site.ts';
import { range } from './measure.ts';
import { pick } from './random.ts';
import type { Random } from './random.ts';
import { titleOf } from './site.ts';

/** A request that is still to be made. */
export interface Planned {
  /** Milliseconds after the begin of the run. */
  readonly atMs: number;
  /** Who asks: a number from 0. */
  readonly person: number;
  readonly text: string;
  /** What the answer says, or what its file is called. */
  readonly expected: string;
}

export interface LoadOptions {
  requests: number;
  people: number;
  runMs: number;
  site: CrashSite;
  /** Where the bot finds the page or file of this name. */
  hostOf: (name: string) => string;
  random: Random;
}

/** Six of ten ask for help, three for a card, one for a file. */
const kinds = [...Array<'help'>(6).fill('help'), ...Array<'page'>(3).fill('page'), 'file'] as const;
/** How long pages and files take, in milliseconds. */
const takes = { leastMs: 50, mostMs: 3_000 };

/** Plans so many requests, each person's as many, spread over the run; the earliest first. */
export function planRequests({ requests, people, runMs, site, hostOf, random }: LoadOptions): Planned[] {
  const planOne = (i: number): Planned => {
    const atMs = random() * runMs;
    const person = i % people;
    const kind = pick(random, kinds);
    const ms = Math.round(takes.leastMs + random() * (takes.mostMs - takes.leastMs));
    if (kind === 'help') return { atMs, person, text: '/help', expected: 'What I can do' };
    const name = `${kind}-${i}`;
    const link = site.link(kind, name, ms, hostOf(name));
    if (kind === 'file') return { atMs, person, text: `/get ${link}`, expected: name };
    return { atMs, person, text: link, expected: titleOf(name) };
  };
  return range(requests)
    .map(planOne)
    .toSorted((one, other) => one.atMs - other.atMs);
}
