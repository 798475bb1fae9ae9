// What the page may do in the name of a person: write, edit, delete, tap a button, stop a draft.

import type { Message } from 'grammy/types';
import { z } from 'zod';
import type { Chat, Emulator, Person } from '../emulator/contract.ts';
import { HttpError, readJson, sendJson } from './exchange.ts';
import type { Route } from './exchange.ts';

const text = z
  .string()
  .max(4096)
  .refine((written) => written.isWellFormed() && /[^\p{C}\p{Z}]/u.test(written), 'expected some words');
const place = { chat: z.int(), message: z.int().positive() };

const sendShape = z.object({
  text,
  chat: z.int().optional(),
  threadId: z.int().positive().optional(),
  replyTo: z.int().positive().optional(),
});
const editShape = z.object({ ...place, text });
const deleteShape = z.object(place);
const tapShape = z.object({ ...place, button: z.string().min(1).max(256) });
const stopShape = z.object({ draftId: z.int() });

/** The routes under `/playground/people/:id/` that take JSON; each answers with what came of it. */
export function createOrderRoutes(emulator: Emulator): Route[] {
  const order = <T>(
    verb: string,
    shape: z.ZodType<T>,
    carryOut: (person: Person, input: T) => object,
  ): Route => ({
    method: 'POST',
    path: `/playground/people/:id/${verb}`,
    async handle({ request, response, params }) {
      const person = findPerson(emulator, params['id']);
      const input = await readJson(request, shape);
      sendJson(response, await attempt(() => carryOut(person, input)));
    },
  });

  return [
    order('send', sendShape, (person, { text: words, chat: chatId, threadId, replyTo }) => {
      const chat = findChat(emulator, person, chatId);
      const options = { chat, threadId, ...(replyTo && { replyTo: findMessage(chat, replyTo) }) };
      return { message: person.send(words, options).message_id };
    }),
    order('edit', editShape, (person, input) => {
      const message = findOwnMessage(emulator, person, input);
      return { message: person.edit(message, input.text).message_id };
    }),
    order('delete', deleteShape, (person, input) => {
      person.delete(findOwnMessage(emulator, person, input));
      return {};
    }),
    order('tap', tapShape, (person, input) => {
      const chat = findChat(emulator, person, input.chat);
      // The page learns of the answer, or that there is none, from the event stream.
      return { tap: person.tap(input.button, { chat, message: findMessage(chat, input.message) }).id };
    }),
    order('stop-draft', stopShape, (person, { draftId }) => {
      person.stopDraft(draftId);
      return {};
    }),
  ];
}

/** The person of that id; throws an `HttpError` 404 if there is none. */
export function findPerson(emulator: Emulator, id: string | undefined): Person {
  const person = emulator.people().find((candidate) => String(candidate.id) === id);
  if (!person) throw new HttpError(404, 'There is no such person');
  return person;
}

/** The chat of that id, by default the private one of `person`; throws an `HttpError` 404 if they have no such chat. */
export function findChat(emulator: Emulator, person: Person, id: number = person.chat.id): Chat {
  const chat = emulator.chats().find((candidate) => candidate.id === id);
  const isTheirs = chat?.type === 'supergroup' || id === person.chat.id;
  if (!chat || !isTheirs) throw new HttpError(404, `${person.user.first_name} has no such chat`);
  return chat;
}

/** The message of that id in `chat`; throws an `HttpError` 404 if it is gone. */
export function findMessage(chat: Chat, id: number): Message {
  const message = chat.messages.find((candidate) => candidate.message_id === id);
  if (!message) throw new HttpError(404, 'There is no such message');
  return message;
}

/** Does what the emulator may refuse; the refusal becomes an `HttpError` 409 with its words. */
export async function attempt<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof HttpError || error instanceof TypeError) throw error;
    throw new HttpError(409, error.message, { cause: error });
  }
}

function findOwnMessage(
  emulator: Emulator,
  person: Person,
  place: { chat: number; message: number },
): Message {
  const message = findMessage(findChat(emulator, person, place.chat), place.message);
  if (message.from?.id !== person.id)
    throw new HttpError(409, `This message is not ${person.user.first_name}’s`);
  return message;
}
