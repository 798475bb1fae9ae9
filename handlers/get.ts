// /get: the file behind a link, as a Telegram document.

import { UserError } from '../src/errors.ts';
import type { FileProgress, Handler, Request, Tools } from '../src/handler.ts';
import { sayBytes, saySpan } from './quantities.ts';

const barLength = 12;

export const get: Handler = {
  name: 'get',
  work: 'download',
  needs: 'link',
  usage: 'URL',
  async run(request, tools) {
    const { t } = tools;
    const link = await findLink(request, tools);
    tools.progress(t('get-asking'));
    const file = await tools.fetchFile(link, (progress) => tools.progress(describe(progress, tools)));
    const more = request.links.length > 1 ? [t('get-only-first', { count: request.links.length })] : [];
    return { file, words: { text: [sayBytes(t, file.size), ...more].join('\n') } };
  },
};

/** The link of the message, or the one that a button stands for. */
async function findLink({ links, input, tap }: Request, tools: Tools): Promise<string> {
  if (!tap) return links[0] ?? input;
  const link = await tools.recall(input);
  if (!link) throw new UserError('error-forgotten');
  return link;
}

/** How far the download is, like "▓▓▓░░░ 50 %" with size, speed and the time left. */
function describe({ haveBytes, wantBytes, bytesPerSecond }: FileProgress, { t }: Tools): string {
  const speed = t('get-speed', { size: sayBytes(t, bytesPerSecond) });
  if (!wantBytes) return t('get-progress-open', { have: sayBytes(t, haveBytes), speed });
  const part = Math.min(haveBytes / wantBytes, 1);
  const filled = Math.round(part * barLength);
  const leftMs = (1000 * Math.max(wantBytes - haveBytes, 0)) / bytesPerSecond;
  return t('get-progress', {
    bar: '▓'.repeat(filled) + '░'.repeat(barLength - filled),
    percent: Math.floor(part * 100),
    have: sayBytes(t, haveBytes),
    want: sayBytes(t, wantBytes),
    speed,
    // Nobody knows while nothing comes.
    left: bytesPerSecond < 1 ? '…' : saySpan(t, Math.ceil(leftMs / 1000) * 1000),
  });
}
