// One process that reads what strangers wrote: started ahead of need, given one job at a time, killed when in doubt.

import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ChildMessage } from './serve-jobs.ts';

/** How a child is started: its code, and the bounds of its heap (MB) and of each job (ms). */
export interface ChildOptions {
  file: string;
  maxHeapMb: number;
  maxJobMs: number;
}

const modules = join(import.meta.dirname, '../../node_modules');

/**
 * A child under Node's permission model: it may read its own code and nothing else, and has no network, no children, no threads,
 * no environment and no output. It ends when this process does.
 */
export class WarmChild {
  /** Whether it came to be ready for jobs; false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves when the process is gone: with the reason, or undefined if it was killed from here. */
  readonly ended: Promise<Error | undefined>;
  readonly #process: ChildProcess;
  readonly #maxJobMs: number;
  #job: PromiseWithResolvers<unknown> | undefined;
  #jobs = 0;
  #isReady = false;
  #stopped = false;

  /** Starts the process; throws when the system can't. */
  constructor(options: ChildOptions) {
    this.#maxJobMs = options.maxJobMs;
    this.#process = start(options);
    const ready = Promise.withResolvers<boolean>();
    const ended = Promise.withResolvers<Error | undefined>();
    this.ready = ready.promise;
    this.ended = ended.promise;
    const end = (reason: Error) => {
      ended.resolve(this.#stopped ? undefined : reason);
      this.#stopped = true;
      this.#job?.reject(
        new Error('Cannot parse: the process that should have done it is gone', { cause: reason }),
      );
      ready.resolve(false);
    };
    this.#process.once('exit', (code, signal) =>
      end(new Error(`Parser ended: ${signal ?? `exit code ${code}`}`)),
    );
    this.#process.on('error', (error) => (this.#process.pid === undefined ? end(error) : this.kill()));
    this.#process.on('message', (message: ChildMessage) => {
      if (message === 'ready') {
        this.#isReady = true;
        ready.resolve(true);
      } else this.#job?.resolve(message);
    });
  }

  /** Jobs it has been given. */
  get jobs(): number {
    return this.#jobs;
  }

  /** Whether it is ready for jobs or at one. */
  get isWarm(): boolean {
    return this.#isReady && !this.#stopped;
  }

  /** Whether it is gone or about to be. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * The child's answer to `job`, which must be cloneable. Whenever there is none, the child is killed: on abort (rejects with
   * `signal.reason`), after `maxJobMs` (UserError), when the job throws, and when the process ends (Error, `cause` says how).
   */
  async run(job: Serializable, { signal }: { signal: AbortSignal }): Promise<unknown> {
    signal.throwIfAborted();
    const answer = Promise.withResolvers<unknown>();
    const abort = () => answer.reject(signal.reason);
    const timer = setTimeout(() => answer.reject(this.#tooSlow()), this.#maxJobMs);
    signal.addEventListener('abort', abort, { once: true });
    this.#job = answer;
    this.#jobs += 1;
    try {
      // A job that can't be sent has no reader any more; how that one ended is told by its exit.
      this.#process.send(job, (error) => error && this.#process.kill('SIGKILL'));
      return openAnswer((await answer.promise) as ChildMessage);
    } catch (error) {
      this.kill();
      throw error;
    } finally {
      this.#job = undefined;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the process at once; harmless when it has ended. */
  kill(): void {
    this.#stopped = true;
    this.#process.kill('SIGKILL');
  }

  /** Whether this process should stay alive for the child's sake. */
  keepParent(alive: boolean): void {
    if (alive) {
      this.#process.ref();
      this.#process.channel?.ref();
    } else {
      this.#process.unref();
      this.#process.channel?.unref();
    }
  }

  #tooSlow(): UserError {
    const cause = new Error(`Cannot parse: no answer in ${this.#maxJobMs} ms`);
    return new UserError('error-unreadable', {}, { cause });
  }
}

function start({ file, maxHeapMb, maxJobMs }: ChildOptions): ChildProcess {
  // The code that the child runs, and no other file; the modules may be linked from elsewhere.
  const readable = [file, import.meta.dirname, modules, realpathSync(modules)];
  const rights = ['--permission', ...readable.map((path) => `--allow-fs-read=${path}`)];
  // The child's own bound is the longer one: it counts only when this process is gone.
  return fork(file, [String(2 * maxJobMs)], {
    execArgv: [...rights, `--max-old-space-size=${maxHeapMb}`],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function openAnswer(message: ChildMessage): unknown {
  if (typeof message === 'object' && 'answer' in message) return message.answer;
  throw new Error(`Cannot parse: ${typeof message === 'object' ? message.failure : 'unexpected answer'}`);
}
