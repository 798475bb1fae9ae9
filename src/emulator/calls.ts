// Carries out one call: limits and faults, the method, the record of it.

import { uptime } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import { Remarked, failure, page, success } from './answer.ts';
import type { Answer } from './answer.ts';
import { Arguments } from './arguments.ts';
import { BotError, tooManyRequests } from './bot-error.ts';
import type { FaultOutcome } from './contract.ts';
import type { Call } from './events.ts';
import type { FaultList } from './faults.ts';
import { findMethod } from './methods/index.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Recorder } from './recorder.ts';
import type { World } from './world.ts';

/** What a call goes through. */
export interface CallParts {
  world: World;
  recorder: Recorder;
  faults: FaultList;
  limits: RateLimits;
}

/** What somebody asks for. */
export interface Exchange {
  /** The method as the client wrote it. */
  method: string;
  /** Reads the arguments; rejects when they are wrong or the client leaves. */
  read: () => Promise<Arguments>;
  /** Aborted when the client leaves. */
  signal: () => AbortSignal;
}

/** What a call came to. */
interface Outcome {
  answer: Answer;
  result?: unknown;
  error?: unknown;
}

/** Carries out the call and returns how to answer. Every call is recorded, whatever becomes of it. */
export async function runCall(parts: CallParts, exchange: Exchange): Promise<Answer> {
  const { world } = parts;
  const at = world.clock.now();
  const startedMs = uptime();
  const known = findMethod(exchange.method);
  let args = new Arguments({});
  let outcome: Outcome;
  try {
    args = await exchange.read();
    outcome = await meetFault(parts, exchange, known?.name ?? exchange.method, args);
  } catch (error) {
    outcome = exchange.signal().aborted ? { answer: 'drop', error } : { answer: failure(error), error };
  }
  await discardUnclaimed(world, args);
  record(parts, outcome, {
    at,
    method: known?.name ?? exchange.method,
    ...chatIdOf(args),
    payload: args.record(),
    ms: uptime() - startedMs,
  });
  return outcome.answer;
}

/** Carries out the call that the answer to an update names, if it may; nobody hears what becomes of it. */
export async function runAnswer(parts: CallParts, said: Arguments, signal: AbortSignal): Promise<void> {
  const method = said.text('method');
  if (method === '' || notInAnswers.test(method)) return discardUnclaimed(parts.world, said);
  await runCall(parts, { method, read: async () => said, signal: () => signal });
}

const notInAnswers = /^(?:get.*|setWebhook|deleteWebhook|close|logOut)$/i;

async function discardUnclaimed({ files }: World, args: Arguments): Promise<void> {
  for (const file of args.unclaimed()) await files.discard(file.path);
}

/** Runs the method with the fault, if one was scripted for it. */
async function meetFault(
  parts: CallParts,
  exchange: Exchange,
  name: string,
  args: Arguments,
): Promise<Outcome> {
  const fault = parts.faults.take(name, chatIdOf(args).chatId);
  if (!fault) return run(parts, exchange, args);
  const { outcome: planned, after = false } = fault;
  if (isDelay(planned)) {
    if (!after) await pause(planned.delayMs, exchange);
    const outcome = await run(parts, exchange, args);
    if (after) await pause(planned.delayMs, exchange);
    return outcome;
  }
  const done = after ? await run(parts, exchange, args) : undefined;
  return { ...(await spoil(planned, exchange)), ...(done && { result: done.result }) };
}

function pause(delayMs: number, { signal }: Exchange): Promise<void> {
  return sleep(delayMs, { signal: signal() });
}

async function run({ world, limits }: CallParts, exchange: Exchange, args: Arguments): Promise<Outcome> {
  const method = findMethod(exchange.method);
  if (!method) throw new BotError(404, 'Not Found: method not found');
  limits.check(method.name, chatIdOf(args).chatId);
  const result = await method.run({ world, args, signal: exchange.signal });
  return { answer: success(result), result: result instanceof Remarked ? result.result : result };
}

async function spoil(
  planned: Exclude<FaultOutcome, { delayMs: number }>,
  exchange: Exchange,
): Promise<Outcome> {
  if (planned === 'drop') return { answer: 'drop' };
  if (planned === 'hang') {
    const signal = exchange.signal();
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { answer: 'hang' };
  }
  if ('html' in planned) return { answer: page(planned.status, planned.html) };
  const { status, retryAfter } = planned;
  const usual =
    status === 429 && retryAfter ? tooManyRequests(retryAfter).message : defaultDescriptions[status];
  const parameters = retryAfter === undefined ? undefined : { retry_after: retryAfter };
  const error = new BotError(status, planned.description ?? usual ?? 'Error', parameters);
  return { answer: failure(error), error };
}

const defaultDescriptions: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
};

function isDelay(outcome: FaultOutcome): outcome is { delayMs: number } {
  return typeof outcome === 'object' && 'delayMs' in outcome;
}

function chatIdOf(args: Arguments): { chatId?: number } {
  const chatId = Number(args.values['chat_id'] ?? Number.NaN);
  return Number.isSafeInteger(chatId) ? { chatId } : {};
}

function record(
  { world, recorder }: CallParts,
  outcome: Outcome,
  call: Omit<Call, 'id' | 'status' | 'ok'>,
): void {
  const { answer, error, result } = outcome;
  const status = typeof answer === 'string' ? 0 : answer.status;
  const recorded = recorder.add({
    ...call,
    status,
    ok: status === 200,
    ...(error instanceof Error && { description: error.message }),
    ...(result !== undefined && { answer: result }),
  });
  const { chatId } = call;
  world.events.add({ kind: 'call', ...(chatId !== undefined && { chatId }), call: recorded });
}
