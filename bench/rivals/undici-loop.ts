// A rival without a framework: polls and answers with undici's `request`, and does nothing else.

import { Agent, request } from 'undici';
import type { Message, Update } from 'grammy/types';
import { replyTo, takeTask } from './rival.ts';

/** Answers under way at once before the next poll waits, as many as grammY's runner allows. */
const answersAtOnce = 500;

const { apiRoot, token, answer } = takeTask();
const dispatcher = new Agent({ connections: 64 });
const underway = new Set<Promise<void>>();

async function call<T>(method: string, payload: object): Promise<T> {
  const { body } = await request(`${apiRoot}/bot${token}/${method}`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  const { ok, result, description } = (await body.json()) as { ok: boolean; result: T; description?: string };
  if (!ok) throw new Error(`Cannot call ${method}: ${description}`);
  return result;
}

async function reply(message: Message): Promise<void> {
  await call('sendMessage', { chat_id: message.chat.id, ...replyTo(message), ...answer });
}

for (let offset = 0; ;) {
  const updates: Update[] = await call('getUpdates', { offset, limit: 100, timeout: 30 });
  for (const { update_id: id, message } of updates) {
    offset = id + 1;
    if (!message) continue;
    const work = reply(message).finally(() => underway.delete(work));
    underway.add(work);
  }
  while (underway.size >= answersAtOnce) await Promise.race(underway);
}
