// What the people of the rush hour send and when: always the same, from quick to never, to many hosts.

import type { SampleWeb } from '../emulator/sample-web.ts';

/** One message of the rush hour. */
export interface RushMessage {
  /** Milliseconds after its start. */
  readonly afterMs: number;
  /** Which of the people sends it, from 0. */
  readonly sender: number;
  readonly text: string;
  /** Whether they lose patience and tap Cancel. */
  readonly isCancelled: boolean;
}

/** What somebody wants to see, with a number of their own for hosts that nobody else asks. */
type Wish = (own: number, address: SampleWeb['address']) => string;

const wishes = {
  help: () => '/help',
  jobs: () => '/jobs',
  quick: (own, address) => address(`news-${own}`),
  slow: (own, address) => address(`stall-${own}`),
  several: (own, address) =>
    [address(`news-${own}`), address(`stall-${own}`), address(`journal-${own}`, '/kettle')].join('\n'),
  redirecting: (own, address) => address(`first-${own}`),
  missing: (own, address) => address(`news-${own}`, '/lost'),
  broken: (own, address) => address(`broken-${own}`),
  never: (own, address) => address(`silent-${own}`),
  download: (own, address) => `/get ${address(`files-${own}`, '/price-list.bin')}`,
} satisfies Record<string, Wish>;

type WishName = keyof typeof wishes;

/** What each of ten people wishes for, one after another; the next ten wish for the same. `!` is cancelled. */
const table: readonly (readonly (WishName | 'never!')[])[] = [
  ['help', 'slow', 'several', 'slow'],
  ['quick', 'slow', 'download', 'slow'],
  ['slow', 'redirecting', 'slow', 'jobs'],
  ['slow', 'slow', 'missing', 'never'],
  ['help', 'never!', 'slow', 'quick'],
  ['quick', 'slow', 'several', 'download'],
  ['slow', 'slow', 'slow', 'quick'],
  ['several', 'slow', 'jobs', 'slow'],
  ['quick', 'broken', 'slow', 'download'],
  ['slow', 'redirecting', 'slow', 'several'],
];

const burstMs = 2_000;

/** The messages of so many people, by the time they are sent. */
export function planRush(people: number, address: SampleWeb['address']): RushMessage[] {
  const rounds = table[0]?.length ?? 0;
  const count = people * rounds;
  return Array.from({ length: count }, (_, own) => {
    const sender = own % people;
    const round = Math.floor(own / people);
    const cell = table[sender % table.length]?.[round] ?? 'help';
    const isCancelled = cell === 'never!';
    const wish: Wish = wishes[isCancelled ? 'never' : cell];
    return { afterMs: (own * burstMs) / count, sender, text: wish(own, address), isCancelled };
  });
}
