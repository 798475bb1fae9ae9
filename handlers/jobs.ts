// /jobs: what runs and waits for me, with a button to cancel each.

import type { Handler, JobView } from '../src/handler.ts';

/** Buttons of one message; whoever has more going cancels all at once. */
const maxButtons = 8;

export const jobs: Handler = {
  name: 'jobs',
  work: 'control',
  async run(_request, tools) {
    const mine = await tools.jobs();
    const { t } = tools;
    if (mine.length === 0) return { words: { text: t('jobs-none') } };
    const line = (job: JobView, i: number) =>
      t('jobs-line', {
        number: i + 1,
        subject: job.subject,
        state: job.state,
        ahead: job.ahead,
        seconds: Math.max(0, Math.ceil(job.leftMs / 1000)),
      });
    const cancels = mine
      .slice(0, maxButtons)
      .map(({ id }, i) => ({ label: t('jobs-cancel', { number: i + 1 }), call: `cancel:${id}` }));
    const all = { label: t('jobs-cancel-all'), call: 'cancel:all' };
    return {
      words: { text: [t('jobs-title', { count: mine.length }), ...mine.map(line)].join('\n') },
      buttons: [cancels.slice(0, 4), cancels.slice(4), [all]].filter((row) => row.length > 0),
    };
  },
};
