// Entities: what the server finds in a text by itself, and what it reads and refuses in each markup language.

import { describe, expect, it } from 'vitest';
import { detectEntities } from '../../src/emulator/detect-entities.ts';
import { finishText, parseText } from '../../src/emulator/formatted-text.ts';
import { startBot } from './bot.ts';

/** The entities of a text, each as `type:what it covers`. */
function describeText({
  text,
  entities,
}: {
  text: string;
  entities: { type: string; offset: number; length: number }[];
}) {
  return entities.map(({ type, offset, length }) => `${type}:${text.slice(offset, offset + length)}`);
}

const read = (mode: string, markup: string) => parseText(markup, mode, undefined);

describe('detectEntities', () => {
  const found = (text: string) => describeText({ text, entities: detectEntities(text) });

  it('finds addresses with a scheme, and without one at real domains', () => {
    expect(found('see http://a.test/x?y=1, (https://b.org/c_(d)) and ftp://e.net.')).toEqual([
      'url:http://a.test/x?y=1',
      'url:https://b.org/c_(d)',
      'url:ftp://e.net',
    ]);
    expect(found('foo.dev foo.notatld file.js 1.2.3.4 президент.рф')).toEqual([
      'url:foo.dev',
      'url:1.2.3.4',
      'url:президент.рф',
    ]);
    expect(found('http://127.0.0.1:8080/x http://a.localhost:1')).toHaveLength(2);
    expect(found('http://localhost:80/ //a.com x://y')).toEqual([]);
  });

  it('finds commands, mentions, hashtags and mail addresses', () => {
    expect(found('/start /get@errand_bot x/y /a/b </c> /')).toEqual([
      'bot_command:/start',
      'bot_command:/get@errand_bot',
    ]);
    expect(found('@ann me@a.org x@y @')).toEqual(['mention:@ann', 'email:me@a.org']);
    expect(found('#tag #1 #a1 x#y')).toEqual(['hashtag:#tag', 'hashtag:#a1']);
    expect(found('http://a.org/#x/y')).toEqual(['url:http://a.org/#x/y']);
  });

  it('counts offsets in UTF-16 units', () => {
    expect(detectEntities('😀 /go')).toEqual([{ type: 'bot_command', offset: 3, length: 3 }]);
  });
});

describe('finishText', () => {
  it('moves entities when the text is trimmed, and finds nothing in code and links', () => {
    const text = '  /a `x` \n';
    const given = [{ type: 'code' as const, offset: 0, length: 4 }];
    expect(finishText({ text, entities: given })).toEqual({
      text: '/a `x`',
      entities: [{ type: 'code', offset: 0, length: 2 }],
    });
    const bold = [{ type: 'bold' as const, offset: 0, length: 9 }];
    expect(describeText(finishText({ text, entities: bold }))).toEqual(['bold:/a `x`', 'bot_command:/a']);
  });
});

describe('parse_mode MarkdownV2', () => {
  it.each([
    [
      '*b _i_* __u__ ~s~ ||p|| `c`',
      ['bold:b i', 'italic:i', 'underline:u', 'strikethrough:s', 'spoiler:p', 'code:c'],
    ],
    ['[l](http://a.b/\\(x\\)) \\*', ['text_link:l']],
    ['```js\nx\\_y```', ['pre:x_y']],
    ['>a\n>b\nc', ['blockquote:a\nb\n']],
    ['**>a\n>b||', ['expandable_blockquote:a\nb']],
    ['![x](tg://emoji?id=5) ![y](tg://time?unix=17)', ['custom_emoji:x', 'date_time:y']],
    ['[l](http://localhost)', []],
    ['_a__b__c_', ['italic:abc', 'underline:b']],
  ])('reads %j', (markup, entities) => {
    expect(describeText(read('MarkdownV2', markup))).toEqual(entities);
  });

  it.each([
    ['a.b', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['a > b', "Character '>' is reserved and must be escaped with the preceding '\\'"],
    ['é*b', "Can't find end of Bold entity at byte offset 2"],
    ['_a*b_', "Can't find end of Italic entity at byte offset 4"],
    ['>a*b\nc', "Can't find end of Bold entity at byte offset 2"],
    ['[x](http://a.b', "Can't find end of a URL at byte offset 4"],
    ['![x]', 'Custom emoji entity must contain a tg://emoji URL'],
  ])('refuses %j', (markup, error) => {
    expect(() => read('markdownv2', markup)).toThrow(`Bad Request: can't parse entities: ${error}`);
  });
});

describe('parse_mode HTML', () => {
  it.each([
    ['<b>x<i>y</i></b> <u>u</u> <s>s</s>', ['bold:xy', 'italic:y', 'underline:u', 'strikethrough:s']],
    ['<a href="http://a.b/?x&amp;y">l</a><a>c.org</a>', ['text_link:l', 'text_link:c.org']],
    ['<pre><code class="language-py">p</code></pre>', ['pre:p']],
    ['<code class="language-py">c</code>', ['code:c']],
    ['<blockquote expandable>q</blockquote>', ['expandable_blockquote:q']],
    ["<span class='tg-spoiler'>s</span><tg-spoiler>t</tg-spoiler>", ['spoiler:s', 'spoiler:t']],
    [
      '<tg-emoji emoji-id="1">e</tg-emoji><tg-time unix="17" format="r">t</tg-time>',
      ['custom_emoji:e', 'date_time:t'],
    ],
    ['<b></b>&lt;b&gt;', []],
  ])('reads %j', (markup, entities) => {
    expect(describeText(read('HTML', markup))).toEqual(entities);
  });

  it('keeps what is no character it knows', () => {
    expect(read('html', '&amp;lt; &nbsp; &#65;&#x1f600; & &quot').text).toBe('&lt; &nbsp; A😀 & "');
    expect(read('html', '<pre><code class="language-py">p</code></pre>').entities).toEqual([
      { type: 'pre', offset: 0, length: 1, language: 'py' },
    ]);
  });

  it.each([
    ['<x>a', 'Unsupported start tag "x" at byte offset 0'],
    ['é<b', 'Unclosed start tag at byte offset 2'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a b>', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'],
    ['&#xd800;', 'Text contains invalid Unicode characters'],
  ])('refuses %j', (markup, error) => {
    expect(() => read('HTML', markup)).toThrow(`Bad Request: can't parse entities: ${error}`);
  });
});

describe('parse_mode Markdown', () => {
  it.each([
    ['*b* _i_ `c` [l](http://a.b) \\*x_', undefined],
    ['*b* _i_ `c` [l](http://a.b) \\*', ['bold:b', 'italic:i', 'code:c', 'text_link:l']],
    ['```js\nx_y```', ['pre:x_y']],
  ])('reads %j', (markup, entities) => {
    if (entities) expect(describeText(read('Markdown', markup))).toEqual(entities);
    else
      expect(() => read('Markdown', markup)).toThrow(
        "Can't find end of the entity starting at byte offset 31",
      );
  });
});

describe('sendMessage', () => {
  it('reads markup and takes entities as they are given', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const html = await bot.api.sendMessage(id, '<b>x</b> /go', { parse_mode: 'HTML' });
    expect(describeText({ text: html.text, entities: html.entities ?? [] })).toEqual([
      'bold:x',
      'bot_command:/go',
    ]);
    const entities = [{ type: 'text_link' as const, offset: 0, length: 1, url: 'a.org' }];
    expect((await bot.api.sendMessage(id, 'x', { entities })).entities).toEqual([
      { ...entities[0], url: 'http://a.org/' },
    ]);
    const plain = await bot.call('sendMessage', { chat_id: id, text: '<b>', parse_mode: 'None' });
    expect(plain.body.result).toMatchObject({ text: '<b>' });
    const wrong = await bot.call('sendMessage', { chat_id: id, text: 'x', parse_mode: 'rtf' });
    expect(wrong.body.description).toBe('Bad Request: unsupported parse_mode');
  });
});
