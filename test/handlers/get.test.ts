// /get: the file behind a link, and how far it is.

import { describe, expect, it } from 'vitest';
import { get } from '../../handlers/get.ts';
import { UserError } from '../../src/errors.ts';
import type { FetchedFile, FileProgress, Tools } from '../../src/handler.ts';
import { aRequest, tools } from './tools.ts';

const link = 'https://example.com/report.pdf';
const file: FetchedFile = { name: 'report.pdf', size: 1_234_567, source: { path: '/tmp/x' } };

/** A fetchFile that remembers what it was asked for. */
function fetching() {
  const asked: string[] = [];
  const fetchFile: Tools['fetchFile'] = async (at) => {
    asked.push(at);
    return file;
  };
  return { asked, fetchFile };
}

/** What is said while a download reports its progress. */
async function saidOf(reports: FileProgress[], language = 'en'): Promise<unknown[]> {
  const said: unknown[] = [];
  const fetchFile: Tools['fetchFile'] = async (_link, onProgress) => {
    for (const report of reports) onProgress(report);
    return file;
  };
  const progress = (words: unknown) => said.push(words);
  await get.run(aRequest({ links: [link] }), tools({ fetchFile, progress, language }));
  return said;
}

describe('get', () => {
  it.each([
    ['en', '1.2 MB'],
    ['ru', '1,2 МБ'],
  ])('brings the file of the link with its size (%s)', async (language, size) => {
    const { asked, fetchFile } = fetching();
    const reply = await get.run(aRequest({ links: [link], input: link }), tools({ fetchFile, language }));
    expect(asked).toEqual([link]);
    expect(reply).toEqual({ file, words: { text: size } });
  });

  it('takes what was written where no link was found in it', async () => {
    const { asked, fetchFile } = fetching();
    await get.run(aRequest({ input: 'example.com/report.pdf' }), tools({ fetchFile }));
    expect(asked).toEqual(['example.com/report.pdf']);
  });

  it.each([
    ['en', 'This is the first of your 3 links; I fetch one file at a time.'],
    ['ru', 'Это первая из 3 ссылок; я приношу по одному файлу.'],
  ])('brings the first of several and says so (%s)', async (language, note) => {
    const { asked, fetchFile } = fetching();
    const links = [link, 'https://b.example/', 'https://c.example/'];
    const { words } = await get.run(aRequest({ links }), tools({ fetchFile, language }));
    expect(asked).toEqual([link]);
    expect(words?.text.split('\n')[1]).toBe(note);
  });

  it('brings what a button stands for', async () => {
    const { asked, fetchFile } = fetching();
    const it = tools({ fetchFile });
    const id = await it.remember(link);
    await get.run(aRequest({ input: id, tap: { id: 'q', messageId: 5 } }), it);
    expect(asked).toEqual([link]);
  });

  it('says that it has forgotten what an old button stands for', async () => {
    const run = get.run(aRequest({ input: 'old', tap: { id: 'q', messageId: 5 } }), tools());
    await expect(run).rejects.toMatchObject({ key: 'error-forgotten' });
  });

  it('passes on why there is no file', async () => {
    const failure = new UserError('error-status', { host: 'example.com', status: 404 });
    const fetchFile = async () => Promise.reject(failure);
    await expect(get.run(aRequest({ links: [link] }), tools({ fetchFile }))).rejects.toBe(failure);
  });
});

describe('The progress of get', () => {
  const half = { haveBytes: 15_000_000, wantBytes: 30_000_000, bytesPerSecond: 1_500_000 };

  it.each([
    ['en', 'Asking for the file…', '▓▓▓▓▓▓░░░░░░ 50 %\n15 MB of 30 MB · 1.5 MB/s · 10 s left'],
    ['ru', 'Запрашиваю файл…', '▓▓▓▓▓▓░░░░░░ 50 %\n15 МБ из 30 МБ · 1,5 МБ/с · осталось 10 с'],
  ])('shows bar, speed and the time left (%s)', async (language, asking, shown) => {
    expect(await saidOf([half], language)).toEqual([asking, shown]);
  });

  it.each([
    ['en', '15 MB so far · 1.5 MB/s'],
    ['ru', 'Пока 15 МБ · 1,5 МБ/с'],
  ])('shows what is there where nobody knows how much comes (%s)', async (language, shown) => {
    expect((await saidOf([{ ...half, wantBytes: undefined }], language))[1]).toBe(shown);
  });

  it('is whole at its beginning, at its end, and when more comes than was promised', async () => {
    const [, start, end, more] = await saidOf([
      { ...half, haveBytes: 0, bytesPerSecond: 0 },
      { ...half, haveBytes: 30_000_000 },
      { ...half, haveBytes: 31_000_000 },
    ]);
    expect(start).toMatch(/^░{12} 0 %/);
    expect(end).toMatch(/^▓{12} 100 %.* 0 s left$/s);
    expect(more).toMatch(/^▓{12} 100 %/);
    expect(more).not.toMatch(/-\d/);
  });
});
