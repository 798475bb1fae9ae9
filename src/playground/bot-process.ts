// The bot's process as its parent sees it: started, killed, started again, stopped, and what it tells meanwhile.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { currentPace, now, uptime } from '../async/clock.ts';
import type { Pace } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import { Admins } from '../bot/admins.ts';
import type { Config } from '../config.ts';
import { createEvents } from '../events.ts';
import { StartError } from '../service.ts';
import type { EngineState } from '../web/backstage.ts';
import type { Readiness } from '../web/server.ts';
import { packConfig } from './bot-messages.ts';
import type { EngineEvent, Order, Report } from './bot-messages.ts';
import type { Engine } from './engine.ts';

const entry = new URL('bot.ts', import.meta.url);
/** Milliseconds until the next start: after a kill, and after ends by itself in a row. */
const killedPauseMs = 1_000;
const maxPauseMs = 30_000;
/** A process that was up for so long, in milliseconds, has not failed in a row. */
const steadyMs = 60_000;
/** Milliseconds that it gets to stop by itself: what it has not answered by then, nobody is left to read. */
const stopMs = 2_000;
/** Without a completed poll for so long, in milliseconds, updates do not flow. */
const deafAfterMs = 90_000;

/** What the bot's process is started with. */
export interface BotOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
}

/** How one process came to be up, and how it ended. */
interface Life {
  readonly child: ChildProcess;
  /** Resolves with nothing once it is up, or with why it failed. */
  readonly up: Promise<Error | undefined>;
  /** Resolves with why, when the process is gone and everything it told was heard. */
  readonly over: Promise<Error>;
}

/** The bot, which comes back whenever it goes. Disposing it stops it for good. */
export class BotProcess implements Engine, AsyncDisposable {
  readonly events = createEvents();
  readonly #config: Config;
  readonly #log: Logger;
  readonly #admins: Admins;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = 'down';
  #life: Life | undefined;
  #isKilled = false;
  #polledAt = now();
  #task: Promise<void> = Promise.resolve();

  private constructor({ config, log }: BotOptions) {
    this.#config = config;
    this.#log = log;
    this.#admins = new Admins(config.adminIds);
    this.events.on('polled', () => (this.#polledAt = now()));
  }

  /** Starts the process. Rejects with StartError as the service does, or with the signal's reason. */
  static async start(options: BotOptions): Promise<BotProcess> {
    const { signal } = options;
    signal?.throwIfAborted();
    const bot = new BotProcess(options);
    const stop = () => void bot.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    const failure = await bot.#begin().up;
    signal?.removeEventListener('abort', stop);
    if (failure || signal?.aborted) {
      await bot.#stop();
      signal?.throwIfAborted();
      throw failure;
    }
    bot.#task = bot.#keepUp();
    return bot;
  }

  /** Id of the process, while there is one. */
  get pid(): number | undefined {
    return this.#life?.child.pid;
  }

  /** Where the bot keeps what it knows. */
  get dataDir(): string {
    return this.#config.dataDir;
  }

  get state(): EngineState {
    return this.#state;
  }

  onState(listener: (state: EngineState) => void): void {
    this.#listeners.add(listener);
  }

  /** Whether the process is up and updates really flow. */
  ready(): Readiness {
    const silentMs = now() - this.#polledAt;
    return { ready: this.#state === 'up' && silentMs < deafAfterMs, detail: { bot: this.#state, silentMs } };
  }

  setAdmin(personId: number, isAdmin: boolean): void {
    this.#admins.set(personId, isAdmin);
    this.#order({ do: 'set admin', personId, isAdmin });
  }

  setPace(pace: Pace): void {
    this.#order({ do: 'set pace', pace });
  }

  kill(): void {
    if (!this.#life || this.#isKilled) throw new Error('Cannot kill the bot: it is down');
    this.#isKilled = true;
    this.#life.child.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.#task;
  }

  /** Starts the next process after each one's end, later and later when they end by themselves. */
  async #keepUp(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; ;) {
      const life = this.#life ?? this.#begin();
      const since = uptime();
      const { message: reason } = await life.over;
      if (signal.aborted) return;
      this.#log.warn({ reason }, 'bot ended: it is started again');
      if (this.#isKilled || uptime() - since > steadyMs) failures = 0;
      const pauseMs = this.#isKilled ? killedPauseMs : Math.min(killedPauseMs * 2 ** failures++, maxPauseMs);
      this.#isKilled = false;
      await sleep(pauseMs, { signal }).catch(() => {
        // Stopped meanwhile.
      });
      if (signal.aborted) return;
    }
  }

  #begin(): Life {
    const child = fork(entry, {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const up = Promise.withResolvers<Error | undefined>();
    let failure: Error | undefined;
    const end = (why: string) => {
      failure ??= new Error(`Bot: ${why}`);
      up.resolve(failure);
      if (this.#life?.child === child) this.#life = undefined;
      this.#enter('down');
      return failure;
    };
    child.on('message', (report: Report) => {
      if (report.tells === 'event') emit(this.events, report.event);
      else if (report.tells === 'failure') failure = failureOf(report);
      else {
        this.#polledAt = now();
        up.resolve(undefined);
        this.#enter('up');
      }
    });
    const over = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(
      ([[code, signal]]) => end(`its process ended (${signal ?? `exit code ${code}`})`),
      (error: Error) => end(error.message),
    );
    this.#life = { child, up: up.promise, over };
    this.#enter('starting');
    const config = packConfig({ ...this.#config, adminIds: this.#admins.ids });
    this.#order({ do: 'start', config, pace: currentPace() });
    return this.#life;
  }

  #order(order: Order): void {
    // One that has just ended hears nothing; the next one is told everything at its start.
    this.#life?.child.send(order, () => {});
  }

  #enter(state: EngineState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(new DOMException('Bot: stopped', 'AbortError'));
    const life = this.#life;
    if (!life) return;
    life.child.kill('SIGTERM');
    const lastResort = setTimeout(() => life.child.kill('SIGKILL'), stopMs);
    await life.over;
    clearTimeout(lastResort);
  }
}

/** The name and the body belong together, which the type of an emitter cannot say. */
function emit(events: EventEmitter, { name, body }: EngineEvent): void {
  events.emit(name, body);
}

function failureOf({ message, isMendable }: Extract<Report, { tells: 'failure' }>): Error {
  return isMendable ? new StartError(message) : new Error(message);
}
