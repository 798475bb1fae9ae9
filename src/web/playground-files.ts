// Files through the playground: a person's to the bot, and any of a chat back to the computer.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';
import type { Emulator } from '../emulator/contract.ts';
import { checkShape, HttpError, readBody, sendJson } from './exchange.ts';
import type { Route } from './exchange.ts';
import { attempt, findChat, findMessage, findPerson } from './playground-orders.ts';

const id = z
  .string()
  .regex(/^-?\d{1,15}$/, 'expected a number')
  .transform(Number);

const uploadShape = z.object({
  name: z.string().min(1).max(255),
  chat: id.optional(),
  threadId: id.optional(),
  replyTo: id.optional(),
  caption: z.string().max(1024).optional(),
});
const downloadShape = z.object({ chat: id, message: id });

/** Uploads (`POST /playground/people/:id/file`, the body is the file) and downloads (`GET /playground/file`). */
export function createFileRoutes(emulator: Emulator, { maxFileBytes }: { maxFileBytes: number }): Route[] {
  return [
    {
      method: 'POST',
      path: '/playground/people/:id/file',
      async handle({ request, response, url, params }) {
        const person = findPerson(emulator, params['id']);
        const query = checkShape(Object.fromEntries(url.searchParams), uploadShape, 'the query');
        const chat = findChat(emulator, person, query.chat);
        const replyTo = query.replyTo === undefined ? undefined : findMessage(chat, query.replyTo);
        const bytes = await readBody(request, maxFileBytes);
        const type = request.headers['content-type'];
        const { name, caption, threadId } = query;
        const message = await attempt(() =>
          person.sendDocument({ name, bytes, type }, { caption, threadId, replyTo, chat }),
        );
        sendJson(response, { message: message.message_id });
      },
    },
    {
      method: 'GET',
      path: '/playground/file',
      async handle({ request, response, url }) {
        const query = checkShape(Object.fromEntries(url.searchParams), downloadShape, 'the query');
        const chat = emulator.chats().find((candidate) => candidate.id === query.chat);
        if (!chat) throw new HttpError(404, 'There is no such chat');
        const message = findMessage(chat, query.message);
        if (!message.document && !message.photo) throw new HttpError(404, 'This message has no file');
        const { path, size } = await attempt(() => chat.stored(message));
        // Whatever it claims to be, the browser only saves it.
        response.writeHead(200, {
          'content-type': 'application/octet-stream',
          'content-length': size,
          'content-disposition': contentDisposition(cleanName(message.document?.file_name ?? 'photo.jpg')),
          'content-security-policy': "default-src 'none'; sandbox",
          'cross-origin-resource-policy': 'same-origin',
        });
        if (request.method === 'HEAD') response.end();
        else await pipeline(createReadStream(path), response);
      },
    },
  ];
}

/** A name without what could lead to another folder, break a header or turn the text around. */
function cleanName(name: string): string {
  return name.replace(/[/\\\p{Cc}\p{Cf}]/gu, '_');
}
