// The one place that calls the Bot API: it keeps Telegram's pace, tries again what may be tried again, and nothing else.
//
// A call that Telegram refused (429, 5xx) or that never reached it is made again. A message that may have arrived
// is never sent again: the person would get it twice. Progress is not worth waiting for: while a chat is held by a
// 429, or when too much of it goes out, it is left out.

import { HttpError } from 'grammy';
import type { Api, RawApi } from 'grammy';
import type { Logger } from 'pino';
import { Backlog } from '../async/backlog.ts';
import { now } from '../async/clock.ts';
import { FairSemaphore } from '../async/fair-semaphore.ts';
import type { Permit } from '../async/fair-semaphore.ts';
import { retry } from '../async/retry.ts';
import { sleep } from '../async/sleep.ts';
import { isPassing, mayHaveArrived, migratedTo, retryAfterMs } from './call-failure.ts';
import { ProgressPace } from './progress-pace.ts';

/** Calls at once to the Bot API server in all, uploads among them, and to one chat. */
const callsAtOnce = 64;
const uploadsAtOnce = 16;
const callsPerChat = 4;
/** Answers ready to go but for a connection, beyond which they are too many: whatever they hold is kept meanwhile. */
const fewAnswers = 32;
const tries = 12;

/** The call was left out, because the chat is held or too much goes out. */
export class LeftOutError extends Error {
  override readonly name = 'LeftOutError';
}

/** A message may have arrived or not; it was not sent again. */
export class UncertainError extends Error {
  override readonly name = 'UncertainError';

  constructor(method: string, cause: unknown) {
    super(`Cannot tell whether ${method} has arrived`, { cause });
  }
}

/** How a call is made. */
export interface CallOptions {
  signal?: AbortSignal;
  /** `progress` is made once and at once, or not at all. */
  as?: 'answer' | 'progress' | 'upload';
  /** The turn of this progress was waited for (`progressTurn`); else it goes out only if there is one to spare. */
  hasTurn?: boolean;
  /** What the call is one of, if it is for no chat: calls of one lane share its pace, and keep back no other lane. */
  lane?: string;
  /** Waited for before each try; the call is not made when it rejects, and rejects too. */
  untilOurs?: () => Promise<void>;
}

type Method = keyof RawApi;
type Payload<M extends Method> = Parameters<RawApi[M]>[0];
type Answer<M extends Method> = Awaited<ReturnType<RawApi[M]>>;
type RawCall = (payload: unknown, signal: AbortSignal) => Promise<unknown>;

export class Caller {
  readonly #api: Api;
  readonly #log: Logger;
  /** Groups that became supergroups, and with that other chats (Bot API, ResponseParameters.migrate_to_chat_id). */
  readonly #migrated = new Map<string, number>();
  readonly #heldUntil = new Map<string, number>();
  readonly #progress = new ProgressPace();
  readonly #lanes = unqueued({ slots: Infinity, share: callsPerChat });
  readonly #sockets = unqueued({ slots: callsAtOnce, share: callsAtOnce });
  readonly #ready = new Backlog(fewAnswers);
  readonly #closing = new AbortController();

  constructor(api: Api, log: Logger) {
    this.#api = api;
    this.#log = log;
  }

  /** Ends every call under way; those that wait reject with `reason`. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
  }

  /** Whether Telegram has asked for silence in a chat. */
  isHeld(chatId: number): boolean {
    return this.#holdMs(`${chatId}`) > 0;
  }

  /** Waits until Telegram takes messages for a chat again. Rejects with the signal's reason. */
  async untilFree(
    chatId: number,
    { signal = this.#closing.signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#untilFree(`${chatId}`, signal);
  }

  /**
   * Waits until only few answers wait for a connection, so that it makes sense to bring more. Those of chats that are
   * held do not count. Rejects with the signal's reason.
   */
  untilKeepingUp({ signal }: { signal: AbortSignal }): Promise<void> {
    return this.#ready.untilLittle({ signal });
  }

  /** Takes a turn for progress in a chat if there is one right now that nobody waits for; false otherwise. */
  takeProgressTurn(chatId: number): boolean {
    return !this.isHeld(chatId) && this.#progress.takeNow(`${chatId}`);
  }

  /**
   * Waits until progress may go out to a chat; what it says is best written then. Rejects with the signal's reason.
   */
  async progressTurn(
    chatId: number,
    { isFirst, signal }: { isFirst: boolean; signal: AbortSignal },
  ): Promise<void> {
    await this.#untilFree(`${chatId}`, signal);
    await this.#progress.take(`${chatId}`, { isFirst, signal });
  }

  /**
   * Calls a method. Rejects with grammY's errors, with UncertainError, with LeftOutError, or with the signal's reason.
   */
  async call<M extends Method>(
    method: M,
    payload: Payload<M>,
    options: CallOptions = {},
  ): Promise<Answer<M>> {
    const { as = 'answer' } = options;
    const lane = chatOf(payload)?.toString() ?? options.lane ?? method;
    const { signal: own } = options;
    if (as === 'progress') return (await this.#callOnce(method, payload, lane, options)) as Answer<M>;
    const signal = this.#orClosing(own);
    const claim = claimOf(lane, as);
    // Thousands may wait here. Closing ends the calls before them, so their turn comes at once, and with it their end.
    using _lane = this.#lanes.take(claim) ?? (await this.#lanes.acquire(claim, { signal: own }));
    const attempt = async () => {
      if (this.#holdMs(lane) > 0) await this.#untilFree(lane, signal);
      using _socket = this.#sockets.take(claim) ?? (await this.#waitForSocket(claim, own));
      if (options.untilOurs) await options.untilOurs();
      return (await this.#attempt(method, payload, signal)) as Answer<M>;
    };
    try {
      return await retry(attempt, {
        signal,
        tries,
        pauseMs: 500,
        maxPauseMs: 15_000,
        again: (error) => this.#again(method, lane, error),
      });
    } catch (error) {
      signal.throwIfAborted();
      if (sends(method) && error instanceof HttpError && mayHaveArrived(error))
        throw new UncertainError(method, error);
      throw error;
    }
  }

  async #waitForSocket(claim: ReturnType<typeof claimOf>, signal: AbortSignal | undefined): Promise<Permit> {
    if (claim.kind === 'upload') return this.#sockets.acquire(claim, { signal });
    this.#ready.add();
    try {
      return await this.#sockets.acquire(claim, { signal });
    } finally {
      this.#ready.remove();
    }
  }

  async #callOnce(
    method: Method,
    payload: unknown,
    lane: string,
    { signal: own, hasTurn = false }: CallOptions,
  ): Promise<unknown> {
    if (this.#holdMs(lane) > 0 || !(hasTurn || this.#progress.takeNow(lane))) {
      throw new LeftOutError(`Left out ${method}: too much at once`);
    }
    const signal = this.#orClosing(own);
    try {
      using _socket = await this.#sockets.acquire(claimOf(lane, 'answer'), { signal });
      return await this.#attempt(method, payload, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#again(method, lane, error);
      throw error;
    }
  }

  #attempt(method: Method, payload: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const call = this.#api.raw[method] as RawCall;
    return call(this.#readdress(payload), signal);
  }

  /** Whether a failed call is made again; a 429 holds its lane, so that nobody else runs into it. */
  #again(method: Method, lane: string, error: unknown): boolean {
    const newChatId = migratedTo(error);
    if (newChatId !== undefined) {
      this.#migrated.set(lane, newChatId);
      return true;
    }
    const holdMs = retryAfterMs(error);
    if (holdMs !== undefined) {
      this.#heldUntil.set(lane, now() + holdMs);
      this.#log.warn({ method, lane, holdMs }, 'Telegram asks for a pause');
      return true;
    }
    return isPassing(error) && !(sends(method) && mayHaveArrived(error));
  }

  #orClosing(own: AbortSignal | undefined): AbortSignal {
    const closing = this.#closing.signal;
    return own ? AbortSignal.any([closing, own]) : closing;
  }

  async #untilFree(lane: string, signal: AbortSignal): Promise<void> {
    for (let ms = this.#holdMs(lane); ms > 0; ms = this.#holdMs(lane)) await sleep(ms, { signal });
  }

  #readdress<P>(payload: P): P {
    const chatId = this.#migrated.get(`${chatOf(payload)}`);
    return chatId === undefined ? payload : { ...payload, chat_id: chatId };
  }

  #holdMs(lane: string): number {
    const left = (this.#heldUntil.get(lane) ?? 0) - now();
    if (left <= 0) this.#heldUntil.delete(lane);
    return left;
  }
}

/** Lanes are to calls what people are to slow work; the waiting room, which counts requests, has no limit here. */
function claimOf(lane: string, kind: 'answer' | 'upload') {
  return { person: lane, kind, request: lane };
}

/** A semaphore whose waiting room has no limit: what waits here was admitted by the inbox and its limits before. */
function unqueued({ slots, share }: { slots: number; share: number }): FairSemaphore<'answer' | 'upload'> {
  return new FairSemaphore({
    slots,
    share,
    kinds: { answer: { slots, share }, upload: { slots: uploadsAtOnce, share } },
    perHost: 0,
    waitingPerPerson: Infinity,
    waitingTotal: Infinity,
  });
}

/** Methods that show something new each time they are called. */
function sends(method: string): boolean {
  return /^(send(?!ChatAction)|copy|forward)/.test(method);
}

/** The chat that a call is for, if it is for one. */
function chatOf(payload: unknown): number | undefined {
  const chatId =
    typeof payload === 'object' && payload && 'chat_id' in payload ? Number(payload.chat_id) : NaN;
  return Number.isFinite(chatId) ? chatId : undefined;
}
