// Words of strangers on their whole way: from a server that means harm to what people see in the chat.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, MessageEntity } from 'grammy/types';
import { activeIn } from './parse/active.ts';
import fc from './properties.ts';
import { said, startWorld } from './world.ts';
import type { Respond, World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let paths = 0;
/** A path of the site that answers so. */
function serve(respond: Respond): string {
  const path = `/words-${++paths}`;
  world.site.on(path, respond);
  return path;
}

const escape = (text: string) => text.replace(/[&<"]/g, (sign) => `&#${sign.codePointAt(0)};`);
/** A page that says this of itself. */
const pageOf =
  ({ title = '', description = '', site = '' }): Respond =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(
        `<title>${escape(title)}</title><meta name=description content="${escape(description)}">` +
          `<meta property=og:site_name content="${escape(site)}"><body>`,
      );

/** What the bot says to a message. */
async function answerTo(text: string): Promise<Message> {
  const person = world.emulator.person();
  person.send(text);
  const answer = await person.chat.waitFor(
    (message) => message.from?.is_bot === true && !message.text?.startsWith('Looking at'),
  );
  await world.idle();
  return said(person.chat).at(-1) ?? answer;
}

const entitiesOf = ({ entities = [], caption_entities = [] }: Message): MessageEntity[] => [
  ...entities,
  ...caption_entities,
];
/** Text outside of links, where Telegram looks for nothing else, without the site, times and sizes that the card tells itself. */
const plainPart = (message: Message) => {
  const links = entitiesOf(message).filter(({ type }) => type === 'text_link' || type === 'code');
  const rest = links.reduceRight(
    (text, { offset, length }) => text.slice(0, offset) + text.slice(offset + length),
    message.text ?? '',
  );
  return rest.replace(/site\.localhost|\b\d\.\d (?:s|KB)\b/g, '');
};

/** What is ours to mark: all else would have come to life by itself. */
const ours = new Set(['bold', 'text_link', 'code']);
/** Without mails: the local Bot API takes a joiner for a letter of their domain, where Telegram knows only ASCII; `activeIn` sees them. */
const foreign = (message: Message) =>
  entitiesOf(message).filter(({ type }) => !ours.has(type) && type !== 'email');

const lively =
  '@durov /start #wow $TON t.me/join https://evil.example/x a@evil.example tg://resolve?domain=x +1 212 555 0123 4111 1111 1111 1111 1:02:33';
const markup =
  '<b>bold</b> *bold* [x](http://evil.example) `code` ||hidden|| <a href="tg://user?id=1">you</a>';

describe.concurrent('A page’s words', () => {
  it.each([
    ['what Telegram brings to life', lively],
    ['markup of every kind', markup],
    ['both', `${markup} ${lively}`],
  ])('are plain where they hold %s', async (_, words) => {
    const path = serve(pageOf({ title: `T ${words}`, description: `D ${words}`, site: `S ${words}` }));
    const answer = await answerTo(world.site.url(path));
    expect(foreign(answer)).toEqual([]);
    const targets = entitiesOf(answer).map((entity) =>
      entity.type === 'text_link' ? entity.url : undefined,
    );
    expect(targets.filter(Boolean)).toEqual([world.site.url(path)]);
    expect(activeIn(plainPart(answer))).toEqual([]);
    // The title too: it stays dead where the link around it is lost.
    expect(activeIn((answer.text ?? '').split('\n')[0] ?? '')).toEqual([]);
    expect((answer.text ?? '').replaceAll('\u2060', '')).toContain(`D ${words.slice(0, 100)}`);
  });

  it('hide nothing, turn nothing round and pile nothing up', async () => {
    const words = `pay\u200bpal\u202egpj.\u2066exe\u{e0041}\ufe0f\u3164\u0000\u001b[31m z${'\u0335'.repeat(90)}`;
    const path = serve(pageOf({ title: words, description: words, site: words }));
    const { text = '' } = await answerTo(world.site.url(path));
    expect(text.replaceAll('\u2060', '')).toMatch(/^paypalgpj\.exe.* z\u0335{3}\npaypalgpj\.exe/);
    expect(text.replaceAll('\n', '')).not.toMatch(
      /\p{Cc}|\p{M}{4}|[\u200b\u3164]|[\u202a-\u202e]|\u2066|\ufe0f|[\u{e0000}-\u{e007f}]/u,
    );
  });

  it('from right to left stay apart from the card’s own', async () => {
    const path = serve(pageOf({ title: 'שלום', description: 'مرحبا 123', site: 'موقع' }));
    const { text = '' } = await answerTo(world.site.url(path));
    expect(text).toMatch(
      /^\u2068שלום\u2069\n\u2068مرحبا 123\u2069\n\u2068موقع\u2069 \(site\.localhost\) · page · /,
    );
  });

  it('are cut between graphemes', async () => {
    const family = '👩‍👩‍👧‍👦';
    const path = serve(pageOf({ title: family.repeat(300), description: 'é'.repeat(5000) }));
    const [title = '', description] = ((await answerTo(world.site.url(path))).text ?? '').split('\n');
    expect(title).toMatch(new RegExp(`^(?:${family})+…$`, 'u'));
    expect(title.length).toBeLessThanOrEqual(800);
    expect(description).toBe(`${'é'.repeat(299)}…`);
  });

  it('survive in whatever charset they come', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<title>a'),
      Buffer.from([0xff, 0xe2, 0x98]),
      Buffer.from('b</title>'),
    ]);
    const broken = serve(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(bytes),
    );
    expect((await answerTo(world.site.url(broken))).text).toMatch(/^a\ufffd+b\n/);
    const cyrillic = Buffer.from('<title>\xcf\xf0\xe8\xe2\xe5\xf2</title>', 'latin1');
    const old = serve(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html, text/html;charset=cp1251' }).end(cyrillic),
    );
    expect((await answerTo(world.site.url(old))).text).toMatch(/^Привет\n/);
  });

  it('come to nothing in a hundred random pages', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '@a',
        '/b',
        '#c',
        '$TON',
        't.me',
        'e@f.gh',
        'https://',
        'tg://',
        '+1',
        '2345',
        '6',
        ':',
        ' ',
        '<b>',
        '*',
        '_',
        '\u202e',
        '\u2069',
        'ש',
        'م',
        '\u200d',
        '😀',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const words = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    const pages = fc.sample(fc.record({ title: words, description: words, site: words }), 100);
    for (let i = 0; i < pages.length; i += 20) {
      const links = pages.slice(i, i + 20).map((page) => world.site.url(serve(pageOf(page))));
      const parts = [links.slice(0, 3), links.slice(3)].map((some) => answerTo(some.join('\n')));
      for (const answer of await Promise.all(parts)) {
        expect(foreign(answer)).toEqual([]);
        expect(activeIn(plainPart(answer))).toEqual([]);
        for (const line of (answer.text ?? '').split('\n'))
          expect(line).toMatch(/^(?:[^\u2066-\u2069]|\u2068[^\u2066-\u2069]*\u2069)*$/);
      }
    }
  });
});

describe.concurrent('Hosts and headers', () => {
  it.each([
    ['аррӏе.localhost', 'xn--80ak6aa92e.localhost (аррӏе.localhost)'],
    ['pаypal.localhost', 'xn--pypal-4ve.localhost'],
    ['paypaı.localhost', 'paypaı.localhost (xn--paypa-r4a.localhost)'],
    ['paypal.com.localhost', 'paypal.com.localhost'],
  ])('of a look-alike, %s, is seen in the card and in its redirects', async (host, shown) => {
    const end = serve(pageOf({ title: 'End' }));
    const start = serve(
      (_request, response) => void response.writeHead(302, { location: world.site.url(end) }).end(),
    );
    const card = await answerTo(world.site.url(end, host));
    expect(card.text?.replaceAll('\u2060', '')).toContain(`\n${shown} · page`);
    const redirected = await answerTo(world.site.url(start, host));
    expect(redirected.text?.replaceAll('\u2060', '')).toContain(`1 redirect: ${shown} → site.localhost`);
    for (const message of [card, redirected]) expect(foreign(message)).toEqual([]);
  });

  it('hold nothing that comes to life in types, redirects and failures', async () => {
    const type = serve(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'evil.com/t.me;x="@durov"' }).end('x'),
    );
    const away = (location: string) =>
      serve((_request, response) => void response.writeHead(302, { location }).end());
    const [, ...links] = [
      '',
      type,
      away('tg://resolve?domain=durov'),
      away('javascript:alert(1)//t.me/x'),
      away('https://you:secret@evil.example/'),
      away('http://[::1]:22/@durov'),
      away('//'),
    ].map((path) => world.site.url(path));
    for (const link of links) {
      const answer = await answerTo(link);
      expect(foreign(answer)).toEqual([]);
      expect(answer.text).not.toMatch(/durov|secret|alert/);
    }
  });
});

describe.concurrent('Failures', () => {
  it('name hosts and schemes that nobody can follow', async () => {
    const away = (location: string) =>
      serve((_request, response) => void response.writeHead(302, { location }).end());
    const links = [away('http://192.0.2.1/'), away('evil.com:whatever')].map((path) => world.site.url(path));
    for (const link of [...links, 'http://192.0.2.1/']) {
      const answer = await answerTo(link);
      expect(foreign(answer)).toEqual([]);
      expect(activeIn(plainPart(answer))).toEqual([]);
    }
  });

  it('show what is unseen in the links that they are about', async () => {
    const answer = await answerTo('http://10.0.0.1/\u202egpj.exe http://10.0.0.2/a\u200bb');
    expect(answer.text).toContain('http://10.0.0.1/%E2%80%AEgpj.exe');
    expect(answer.text).toContain('http://10.0.0.2/a%E2%80%8Bb');
    expect(foreign(answer)).toEqual([]);
  });
});

describe.concurrent('A file’s name', () => {
  it.each([
    ["attachment; filename*=UTF-8''..%2F..%2F%E2%80%AEfdp.exe", '%PDF-1.7', 'fdp.exe.pdf'],
    ['attachment; filename="..\\\\..\\\\CON.txt"', 'text', '_CON.txt'],
    ['attachment; filename="a\\"; x=@durov\\r\\n.txt"', 'text', 'a x durovrn.txt'],
    [`attachment; filename="${'y'.repeat(500)}.pdf"`, '%PDF-1.7', `${'y'.repeat(96)}.pdf`],
    ['attachment; filename="photo.jpg"', 'MZ\u0090\u0000', 'photo.jpg.exe'],
    ['attachment; filename="report.pdf"', '<!doctype html><title>Log in</title>', 'report.pdf.html'],
    ["attachment; filename=plain.txt; filename*=UTF-8''%D1%84%D0%B0%D0%B9%D0%BB.txt", 'text', 'файл.txt'],
  ])('given as %s is safe', async (disposition, content, name) => {
    const path = serve(
      (_request, response) =>
        void response.writeHead(200, { 'content-disposition': disposition }).end(content, 'latin1'),
    );
    const answer = await answerTo(`/get ${world.site.url(path)}`);
    expect(answer.document?.file_name).toBe(name);
    expect(entitiesOf(answer)).toEqual([]);
  });
});
