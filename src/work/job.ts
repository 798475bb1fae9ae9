// One request while it is worked on: its deadline, its slots, what it has to say of its progress, and how it can be stopped.

import { now, uptime } from '../async/clock.ts';
import { deadline } from '../async/deadline.ts';
import type { Deadline } from '../async/deadline.ts';
import type { FairSemaphore, Permit } from '../async/fair-semaphore.ts';
import type { Handler, JobView, Kind, Request, Words } from '../handler.ts';

/** Why a request was stopped before its end. */
export type StopCause = 'person' | 'edited' | 'forgotten' | 'blocked' | 'stopping' | 'taken over';

/** The reason of a job's signal when somebody stopped it. */
export class StoppedError extends DOMException {
  readonly why: StopCause;

  constructor(id: string, why: StopCause) {
    super(`Request ${id}: stopped (${why})`, 'AbortError');
    this.why = why;
  }
}

/** The slots that slow work waits for. */
export type Slots = Pick<FairSemaphore<Kind>, 'acquire' | 'running' | 'waiting' | 'limits' | 'setLimits'>;

export class Job implements AsyncDisposable {
  readonly request: Request;
  readonly handler: Handler;
  /** When the answer is due, in milliseconds of the Unix clock. */
  readonly dueAt: number;
  #resources: AsyncDisposableStack | undefined;
  #files: AsyncDisposableStack | undefined;
  /** What the job is about, as far as it is known. */
  subject: string;
  sending = false;
  /** The message that shows its progress, if there is one. */
  progressId: number | undefined;
  #said: Words | undefined;
  #waitMs = 0;
  #runs = 0;
  #hasRun = false;
  #hasWaited = false;
  #waits: (() => number)[] = [];
  #stopped: StopCause | undefined;
  #deadline: Deadline | undefined;
  #isOver = false;
  #ended: PromiseWithResolvers<void> | undefined;
  readonly #onState: (state: 'waiting' | 'running') => void;

  constructor(
    request: Request,
    handler: Handler,
    deadlineMs: number,
    onState: (state: 'waiting' | 'running') => void = () => {},
  ) {
    this.request = request;
    this.handler = handler;
    this.dueAt = request.acceptedAt + deadlineMs;
    this.subject = request.links[0] ?? request.input;
    this.#onState = onState;
  }

  /** Aborts at the deadline, or when the job is stopped. The clock is set when somebody asks: quick work needs none. */
  get signal(): AbortSignal {
    return this.#untilDue().signal;
  }

  /** What is given back when the job is over. */
  get resources(): AsyncDisposableStack {
    return (this.#resources ??= new AsyncDisposableStack());
  }

  /** Why it was stopped, if it was. */
  get stopped(): StopCause | undefined {
    return this.#stopped;
  }

  /** Whether somebody goes on with it later, or elsewhere: nothing more is sent for it here. */
  get goesOn(): boolean {
    return this.#stopped === 'stopping' || this.#stopped === 'taken over';
  }

  /** Settles when the job is over and everything it held was given back. */
  get ended(): Promise<void> {
    this.#ended ??= Promise.withResolvers();
    if (this.#isOver) this.#ended.resolve();
    return this.#ended.promise;
  }

  /** How long it has waited for slots, in milliseconds. */
  get waitMs(): number {
    return this.#waitMs;
  }

  /** Whether it has waited for a slot and nothing of it has ever run. */
  get onlyWaited(): boolean {
    return this.#hasWaited && !this.#hasRun;
  }

  /** Whether it waits for a slot and nothing of it runs. */
  get isWaiting(): boolean {
    return this.#runs === 0 && this.#waits.length > 0;
  }

  /** How many claims go first while it waits. Costs O(people who wait): `isWaiting` is for whoever needs no number. */
  get ahead(): number | undefined {
    if (!this.isWaiting) return undefined;
    return Math.min(...this.#waits.map((ahead) => ahead()));
  }

  /** The newest thing the handler said of its progress. */
  get said(): Words | undefined {
    return this.#said;
  }

  say(words: Words | string): void {
    this.#said = typeof words === 'string' ? { text: words } : words;
  }

  stop(cause: StopCause): void {
    this.#stopped ??= cause;
    this.#untilDue().abort(new StoppedError(this.request.id, cause));
  }

  /**
   * Waits for a slot, which the caller gives back, `unless` another signal makes it needless.
   * Rejects with BusyError, or with the reason of either signal.
   */
  async takeSlot(
    slots: Slots,
    { kind, host, unless }: { kind: Kind; host: string; unless: AbortSignal },
  ): Promise<Permit> {
    const asked = uptime();
    let ahead: (() => number) | undefined;
    const onWait = (tell: () => number) => {
      ahead = tell;
      this.#waits.push(tell);
      this.#hasWaited = true;
      this.#onState('waiting');
    };
    const { person, id } = this.request;
    const claim = { person: `${person.id}`, kind, host, request: id };
    const signal = AbortSignal.any([this.signal, unless]);
    try {
      return await slots.acquire(claim, { signal, onWait });
    } finally {
      if (ahead) this.#waits = this.#waits.filter((one) => one !== ahead);
      // Claims of one job wait side by side: the longest wait counts.
      this.#waitMs = Math.max(this.#waitMs, uptime() - asked);
    }
  }

  /** Counts the job as running until the returned hold is given back. */
  run(): Disposable {
    this.#runs++;
    this.#hasRun = true;
    if (this.#runs === 1) this.#onState('running');
    return { [Symbol.dispose]: () => void this.#runs-- };
  }

  /** Keeps what the answer needs until it was sent. */
  keep<T extends AsyncDisposable>(lease: T): T {
    this.#files ??= new AsyncDisposableStack();
    return this.#files.use(lease);
  }

  /** Gives back what was kept for an answer that cannot be sent. */
  async letGo(): Promise<void> {
    const files = this.#files;
    this.#files = undefined;
    await files?.disposeAsync();
  }

  view(): JobView {
    const { request, handler, subject, ahead } = this;
    const state = this.sending ? 'sending' : ahead === undefined ? 'running' : 'waiting';
    return {
      id: request.id,
      handler: handler.name,
      subject,
      state,
      ahead: ahead ?? 0,
      leftMs: this.dueAt - now(),
    };
  }

  /** Gives back what the job holds; harmless when repeated. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#deadline?.[Symbol.dispose]();
    try {
      if (this.#files) await this.letGo();
      if (this.#resources) await this.#resources.disposeAsync();
    } finally {
      this.#isOver = true;
      this.#ended?.resolve();
    }
  }

  #untilDue(): Deadline {
    return (this.#deadline ??= deadline(this.dueAt - now()));
  }
}
