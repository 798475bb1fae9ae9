// Whatever nothing else takes: an unknown command, a message without a link. Says what would have worked.

import type { Handler } from '../src/handler.ts';

export const hint: Handler = {
  name: 'hint',
  work: 'control',
  takes: 'the rest',
  hidden: true,
  async run({ input }, { t, handlers }) {
    const command = /^\/(\w{1,32})/.exec(input)?.[1]?.toLowerCase();
    if (!command) return { words: { text: t('hint-no-link') } };
    const near = nearest(
      command,
      handlers.filter(({ hidden }) => !hidden).map(({ name }) => name),
    );
    return { words: { text: near ? t('hint-did-you-mean', { command: near }) : t('hint-unknown-command') } };
  },
};

/** The name that a typing slip away from `written`, if there is one. */
function nearest(written: string, names: string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, slips: slipsBetween(written, name) }))
    .toSorted((a, b) => a.slips - b.slips);
  return best && best.slips <= 2 && best.slips < best.name.length ? best.name : undefined;
}

/** Letters to change, add or leave out (Levenshtein's distance); both words are short. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + Number(letter !== b[j]);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
