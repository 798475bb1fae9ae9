// A reply within Telegram's limits: nothing lost, nothing cut where it must not be.

import { FormattedString } from '@grammyjs/parse-mode';
import type { MessageEntity } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editWords, sendFile, sendWords, split } from '../../src/bot/send-reply.ts';
import { Uploads } from '../../src/bot/uploads.ts';
import type { Person } from '../../src/emulator/contract.ts';
import type { Request, Words } from '../../src/handler.ts';
import { openStores } from '../../src/store/stores.ts';
import type { Stores } from '../../src/store/stores.ts';
import fc from '../properties.ts';
import { aRequest } from '../handlers/tools.ts';
import { startLine } from './telegram.ts';
import type { Line } from './telegram.ts';

const textOf = (parts: Words[]) => parts.map(({ text }) => text);

describe('split', () => {
  it('leaves alone what fits, to the last unit', () => {
    const words = {
      text: 'x'.repeat(4_096),
      entities: [{ type: 'bold', offset: 0, length: 4_096 } as const],
    };
    expect(split(words)).toEqual([words]);
    expect(split({ text: 'x'.repeat(4_097) })).toHaveLength(2);
  });

  it('cuts at the end of a line in the last quarter, and the line break goes', () => {
    expect(textOf(split({ text: '12345678\n0abc' }, 10))).toEqual(['12345678', '0abc']);
    expect(textOf(split({ text: '1234567890\nabc' }, 10))).toEqual(['1234567890', 'abc']);
  });

  it('cuts at the limit where the last line break is too early', () => {
    expect(textOf(split({ text: '12\n4567890abc' }, 10))).toEqual(['12\n4567890', 'abc']);
  });

  it('cuts before a character of two units, not through it', () => {
    expect(textOf(split({ text: '123456789😀abc' }, 10))).toEqual(['123456789', '😀abc']);
    expect(textOf(split({ text: '12345678😀abc' }, 10))).toEqual(['12345678😀', 'abc']);
  });

  it('gives each part its share of an entity that is cut', () => {
    const bold = { type: 'bold', offset: 5, length: 10 } as const;
    const link = { type: 'text_link', offset: 12, length: 3, url: 'https://a.example/' } as const;
    expect(split({ text: 'abcdefghijklmnopqrst', entities: [bold, link] }, 10)).toEqual([
      { text: 'abcdefghij', entities: [{ type: 'bold', offset: 5, length: 5 }] },
      {
        text: 'klmnopqrst',
        entities: [
          { type: 'bold', offset: 0, length: 5 },
          { type: 'text_link', offset: 2, length: 3, url: 'https://a.example/' },
        ],
      },
    ]);
  });

  it('sends no empty part: Telegram refuses it', () => {
    const parts = textOf(split({ text: `${'x'.repeat(10)}${'\n'.repeat(30)}end` }, 10));
    expect(parts.map((part) => part.trim())).toEqual(['x'.repeat(10), 'end']);
  });

  const piece = fc.oneof(
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.constantFrom('\n', '😀', '👩‍👩‍👧', 'я', '\n\n', 'word '),
  );
  const anyWords = fc
    .array(fc.tuple(piece, fc.constantFrom('bold', 'italic', 'code', undefined)), { maxLength: 40 })
    .map((pieces): Words => {
      const entities: MessageEntity[] = [];
      let text = '';
      for (const [part, type] of pieces) {
        if (type) entities.push({ type, offset: text.length, length: part.length });
        text += part;
      }
      return { text, entities };
    });

  it('loses nothing but the line break it cuts at, keeps to the limit and leaves characters whole', () => {
    fc.assert(
      fc.property(anyWords, fc.integer({ min: 8, max: 60 }), (words, limit) => {
        const parts = split(words, limit);
        expect(textOf(parts).join('').replaceAll(/\s/g, '')).toBe(words.text.replaceAll(/\s/g, ''));
        for (const { text } of parts) {
          expect(text.length).toBeLessThanOrEqual(limit);
          expect(text.trim()).not.toBe('');
          if (words.text.isWellFormed()) expect(text.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('marks in the parts what was marked in the whole, and nothing outside them', () => {
    fc.assert(
      fc.property(anyWords, fc.integer({ min: 8, max: 60 }), (words, limit) => {
        const parts = split(words, limit);
        for (const { text, entities = [] } of parts) {
          for (const { offset, length } of entities) {
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(length).toBeGreaterThan(0);
            expect(offset + length).toBeLessThanOrEqual(text.length);
          }
        }
        expect(parts.map(markedBold).join('')).toBe(markedBold(words));
      }),
    );
  });
});

/** The bold characters of words, without white space. */
function markedBold({ text, entities = [] }: Words): string {
  const bold = entities.filter(({ type }) => type === 'bold').toSorted((a, b) => a.offset - b.offset);
  return bold
    .map(({ offset, length }) => text.slice(offset, offset + length))
    .join('')
    .replaceAll(/\s/g, '');
}

describe('A reply', () => {
  let line: Line;
  let ann: Person;
  let request: Request;
  let stores: Stores;
  beforeEach(async () => {
    line = await startLine();
    stores = openStores(':memory:');
    ann = line.emulator.person({ first_name: 'Ann' });
    const question = ann.send('please');
    request = aRequest({
      person: { id: ann.id },
      chat: { id: ann.id, isPrivate: true },
      messageId: question.message_id,
    });
  });
  afterEach(async () => {
    stores[Symbol.dispose]();
    await line[Symbol.asyncDispose]();
  });

  const answers = () => ann.chat.messages.filter(({ from }) => from?.is_bot);
  const buttons = [
    [
      { label: 'Go', call: 'get:1' },
      { label: 'See', url: 'https://a.example/' },
    ],
  ];

  it('answers its question, with its looks and buttons, and opens no link of a stranger', async () => {
    const words = FormattedString.b('bold').plain(' and https://a.example/');
    const sent = await sendWords(line.caller, request, { words, buttons }, {});
    expect(answers()).toMatchObject([
      {
        message_id: sent.message_id,
        text: 'bold and https://a.example/',
        reply_to_message: { message_id: request.messageId },
        reply_markup: {
          inline_keyboard: [
            [
              { text: 'Go', callback_data: 'get:1' },
              { text: 'See', url: 'https://a.example/' },
            ],
          ],
        },
      },
    ]);
    expect(answers()[0]?.entities).toContainEqual({ type: 'bold', offset: 0, length: 4 });
    expect(line.emulator.calls('sendMessage')[0]?.payload).toMatchObject({
      link_preview_options: { is_disabled: true },
    });
  });

  it('is sent although its question was deleted', async () => {
    ann.delete(ann.chat.messages[0] as never);
    await sendWords(line.caller, request, { words: { text: 'here' } }, {});
    expect(answers()).toHaveLength(1);
  });

  it('that is too long goes on in further messages, its buttons under the last one', async () => {
    const text = Array.from({ length: 400 }, (_, i) => `line ${i} ${'😀'.repeat(10)}`).join('\n');
    const first = await sendWords(line.caller, request, { words: { text }, buttons }, {});
    const sent = answers();
    expect(sent.length).toBeGreaterThan(2);
    expect(sent[0]?.message_id).toBe(first.message_id);
    expect(sent.map((message) => message.text).join('\n')).toBe(text);
    expect(sent.map(({ reply_markup }) => reply_markup !== undefined)).toEqual([
      ...sent.slice(1).map(() => false),
      true,
    ]);
  });

  it('that asks opens the reply field of whoever is asked', async () => {
    await sendWords(line.caller, request, { words: { text: '/get needs a link' }, asks: true }, {});
    expect(line.emulator.calls('sendMessage')[0]?.payload).toMatchObject({
      reply_markup: { force_reply: true, selective: true },
    });
  });

  it('takes the place of a message, its rest following', async () => {
    const progress = await sendWords(line.caller, request, { words: { text: 'Working…' } }, {});
    const text = `${'a'.repeat(4_000)}\n${'b'.repeat(500)}`;
    await editWords(line.caller, request, progress.message_id, { words: { text }, buttons }, {});
    expect(answers().map((message) => [message.text?.[0], message.reply_markup !== undefined])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(answers()[0]?.message_id).toBe(progress.message_id);
  });

  it('with a file has its words as the caption, cut to what fits, never through a character', async () => {
    const sent = await line.caller.call('sendDocument', { chat_id: ann.id, document: await anyFileId() });
    const file = { name: 'x.pdf', size: 5, source: { fileId: sent.document.file_id } };
    const uploads = new Uploads(stores.fileIds, line.log);
    const signal = new AbortController().signal;
    const short = FormattedString.b('5 B');
    const delivered = await sendFile(
      line.caller,
      uploads,
      request,
      { file, words: short, buttons },
      { signal },
    );
    expect(delivered).toMatchObject({
      caption: '5 B',
      caption_entities: [{ type: 'bold', offset: 0, length: 3 }],
      document: { file_id: sent.document.file_id },
      reply_to_message: { message_id: request.messageId },
    });
    const long = { text: `${'x'.repeat(1_023)}😀 and more` };
    await sendFile(line.caller, uploads, request, { file, words: long }, { signal });
    const caption = answers().at(-1)?.caption ?? '';
    expect(caption.isWellFormed()).toBe(true);
    expect(caption).toBe('x'.repeat(1_023));
  });

  /** The id of a file that the Bot API knows. */
  async function anyFileId(): Promise<string> {
    const { document } = await ann.sendDocument({ name: 'x.pdf', bytes: Buffer.from('hello') });
    return document?.file_id ?? '';
  }
});
