// A process of its own for one side of a measurement: started, asked, ended.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ForkOptions } from 'node:child_process';

/** Milliseconds that a child has to end by itself. */
const endsWithinMs = 15_000;

/** A child process. Disposing it asks it to end (SIGTERM) and rejects unless it does so well. */
export interface Child extends AsyncDisposable {
  /** Asks for something that the child answers with `answerQuestions`; one question at a time. */
  ask<T>(question: string): Promise<T>;
  /** Rejects when the child ends before it was asked to; else never settles. */
  readonly failed: Promise<never>;
}

/** Starts `script` with nothing in its environment but `env`; what it writes to stdout is thrown away. */
export function startChild(script: string, options: Pick<ForkOptions, 'env' | 'cwd' | 'execArgv'>): Child {
  const child = fork(script, {
    execArgv: [],
    env: {},
    ...options,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const failed = ended.then(([code, signal]): never => {
    throw new Error(`Cannot go on: ${script} ended with ${code ?? signal}`);
  });
  // Whoever waits for the child hears of it; when nobody does, its end is judged when it is disposed of.
  failed.catch(() => {});

  return {
    failed,
    async ask<T>(question: string) {
      const answered = once(child, 'message');
      child.send(question);
      const [answer] = (await Promise.race([answered, failed])) as [T];
      return answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      const [code, signal] = await ended;
      clearTimeout(timer);
      if (code !== 0) throw new Error(`Cannot end ${script} well: it ended with ${code ?? signal}`);
    },
  };
}

/**
 * In a child: answers each question with what its function gives. The process is not kept alive for it, and ends when
 * whoever started it is gone.
 */
export function answerQuestions(answers: Record<string, () => unknown>): void {
  process.on('message', (question: string) => process.send?.(answers[question]?.()));
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
