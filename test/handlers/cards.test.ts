// Cards: one for each link of a message, whatever becomes of the others.

import { describe, expect, it } from 'vitest';
import { cards } from '../../handlers/cards.ts';
import { UserError } from '../../src/errors.ts';
import type { LinkCard, Reply, Words } from '../../src/handler.ts';
import { aCard, aRequest, marked, tools } from './tools.ts';

const link = 'https://example.com/news';
const links = (count: number) => Array.from({ length: count }, (_, i) => `https://site-${i + 1}.example/`);

/** The reply to one link that leads to this card. */
function cardFor(part: Partial<LinkCard>, language = 'en'): Promise<Reply> {
  const look = async () => aCard(part);
  return cards.run(aRequest({ links: [link] }), tools({ look, language }));
}

/** Looks at links by their place: a title, or the failure it has instead. */
function lookBy(outcomes: Record<string, Error>) {
  return async (at: string) => {
    const failure = outcomes[at];
    if (failure) throw failure;
    return aCard({ title: `Title of ${at}` });
  };
}

describe('cards', () => {
  it('tells title, place, kind, size, time and certificate in English', async () => {
    const { words } = await cardFor({
      description: 'What happened today.',
      site: 'Example',
      size: 1_400_000,
    });
    expect(words?.text).toBe(
      'The news\nWhat happened today.\nExample (example.com) · page · 1.4 MB · 0.3 s · secure until Mar 4, 2027',
    );
  });

  it('tells the same in Russian', async () => {
    const { words } = await cardFor({ description: 'Что нового.', site: 'Example', size: 1_400_000 }, 'ru');
    expect(words?.text).toBe(
      'The news\nЧто нового.\nExample (example.com) · страница · 1,4 МБ · 0,3 с · защищено до 4 мар. 2027 г.',
    );
  });

  it('marks the title as bold and as a link to where it led, and nothing else', async () => {
    const reply = await cardFor({
      title: '<b>*Bold*</b> [x](http://evil.example)',
      url: new URL('https://example.com/final?a=1'),
      description: '_under_ @somebody http://evil.example',
    });
    expect(marked(reply).toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
      ['bold', '<b>*Bold*</b> [x](http://evil.example)'],
      ['text_link', '<b>*Bold*</b> [x](http://evil.example)'],
    ]);
    const target = reply.words?.entities?.find(({ type }) => type === 'text_link');
    expect(target).toMatchObject({ url: 'https://example.com/final?a=1' });
  });

  it('shows the address where there is no title, its middle cut out when it is long', async () => {
    const short = await cardFor({ title: undefined });
    expect(short.words?.text).toMatch(/^example\.com\/news\n/);
    const url = new URL(`https://example.com/${'a'.repeat(200)}/the-end.html`);
    const long = await cardFor({ title: undefined, url });
    expect(long.words?.text).toMatch(/^example\.com\/a+…a+\/the-end\.html\n/);
    expect(long.words?.text.split('\n')[0]?.length).toBeLessThanOrEqual(70);
  });

  it('tells a status that is not 200, and a connection that is not encrypted', async () => {
    const { words } = await cardFor({ status: 404, certificateUntil: undefined });
    expect(words?.text).toContain(' · not found (404) · ');
    expect(words?.text).toContain(' · not encrypted');
    expect((await cardFor({ status: 503 }, 'ru')).words?.text).toContain('код 503');
  });

  it('names the type of what is no page, and no site that only repeats the title', async () => {
    const { words } = await cardFor({ type: 'application/pdf', title: 'Example', site: 'Example' });
    expect(words?.text).toMatch(/\nexample\.com · application\/pdf · /);
  });

  it('tells the redirects, each host once in a row', async () => {
    const redirects = [
      { host: 'a.example', status: 301 },
      { host: 'a.example', status: 302 },
      { host: 'b.example', status: 302 },
    ];
    const english = await cardFor({ redirects });
    expect(english.words?.text).toMatch(/\n3 redirects: a\.example → b\.example → example\.com$/);
    const russian = await cardFor({ redirects }, 'ru');
    expect(russian.words?.text).toMatch(/\n3 перенаправления: /);
  });

  it('has a button that brings the file', async () => {
    const it = tools({ look: async () => aCard() });
    const { buttons } = await cards.run(aRequest({ links: [link] }), it);
    expect(buttons).toEqual([[{ label: 'Get file', call: 'get:kept-1' }]]);
    expect(await it.recall('kept-1')).toBe(link);
  });

  it('has no button where the link cannot be kept', async () => {
    const { buttons } = await cards.run(
      aRequest({ links: [link] }),
      tools({ look: async () => aCard(), remember: async () => undefined }),
    );
    expect(buttons).toEqual([]);
  });

  it('throws what went wrong with the only link', async () => {
    const failure = new UserError('error-dns', { host: 'example.com' });
    const run = cards.run(aRequest({ links: [link] }), tools({ look: lookBy({ [link]: failure }) }));
    await expect(run).rejects.toBe(failure);
  });
});

describe('cards of several links', () => {
  it('are numbered in the order of the message', async () => {
    const { words } = await cards.run(aRequest({ links: links(3) }), tools({ look: lookBy({}) }));
    const titles = words?.text.split('\n\n').map((part) => part.split('\n')[0]);
    expect(titles).toEqual([1, 2, 3].map((i) => `${i}. Title of https://site-${i}.example/`));
  });

  it('fail alone: the others are shown, the failed one tells why, and all can be tried again', async () => {
    const failure = new UserError('error-refused', { host: 'site-2.example' });
    const look = lookBy({ 'https://site-2.example/': failure });
    const reply = await cards.run(aRequest({ links: links(3) }), tools({ look }));
    expect(reply.words?.text).toContain('1. Title of');
    expect(reply.words?.text).toContain(
      "2. https://site-2.example/\nsite-2.\u2060example isn't taking visitors right now.",
    );
    expect(marked(reply)).toContainEqual(['code', 'https://site-2.example/']);
    expect(reply.buttons).toEqual([
      [
        { label: 'Get 1', call: 'get:kept-1' },
        { label: 'Get 3', call: 'get:kept-2' },
      ],
      [{ label: 'Try again', call: 'again:r1' }],
    ]);
  });

  it('are looked at side by side', async () => {
    const waiting: (() => void)[] = [];
    const look = async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        // The last one to come lets all go on: one after another they would wait for ever.
        if (waiting.length === 10) for (const go of waiting) go();
      });
      return aCard();
    };
    const { words } = await cards.run(aRequest({ links: links(10) }), tools({ look }));
    expect(words?.text).toContain('10. The news');
  });

  it('leave descriptions out when there are more than three', async () => {
    const look = async () => aCard({ description: 'What happened.' });
    const three = await cards.run(aRequest({ links: links(3) }), tools({ look }));
    expect(three.words?.text.match(/What happened\./g)).toHaveLength(3);
    const four = await cards.run(aRequest({ links: links(4) }), tools({ look }));
    expect(four.words?.text).not.toContain('What happened.');
  });

  it.each([
    ['en', 'I looked at the first 20 of 200 links. Send the others in another message.'],
    ['ru', 'Я посмотрел первые 20 из 200 ссылок. Остальные пришлите другим сообщением.'],
  ])('stop at the limit and say so (%s)', async (language, note) => {
    let looks = 0;
    const look = async () => aCard({ title: `${++looks}` });
    const { words, buttons } = await cards.run(aRequest({ links: links(200) }), tools({ look, language }));
    expect(looks).toBe(20);
    expect(words?.text.endsWith(`\n\n${note}`)).toBe(true);
    expect(buttons?.map((row) => row.length)).toEqual([5, 5, 5, 5]);
  });

  it('appear in the progress as they come', async () => {
    const said: string[] = [];
    const progress = (words: Words | string) => said.push(typeof words === 'string' ? words : words.text);
    const [first = '', second = ''] = links(2);
    const gates = new Map([first, second].map((at) => [at, Promise.withResolvers<void>()]));
    const look = async (at: string) => {
      await gates.get(at)?.promise;
      return aCard({ title: `Title of ${at}` });
    };
    const run = cards.run(aRequest({ links: [first, second] }), tools({ look, progress }));
    expect(said).toEqual(['Looking at your links… 0 of 2 done']);
    gates.get(second)?.resolve();
    while (said.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(said[1]).toMatch(
      /^1\. https:\/\/site-1\.example\/\n\n2\. Title of .*[^]*\n\nLooking at your links… 1 of 2 done$/,
    );
    gates.get(first)?.resolve();
    await run;
  });
});
