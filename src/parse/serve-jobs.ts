// The child's side of the pool: says when it is ready, answers one job after another, ends when its parent does.

import { createContext, Script } from 'node:vm';

/** What a child sends: that it is ready, then for each job an answer or how it failed. */
export type ChildMessage = 'ready' | { answer: unknown } | { failure: string };

/**
 * Answers the parent's jobs with `handle`, one at a time. The first argument of the process is the time in ms after which
 * a job that never pauses is ended from here, should the parent be gone that would have killed it.
 */
export function serveJobs(handle: (job: unknown) => unknown): void {
  const runBounded = createWatchdog(Number(process.argv[2]));
  // A Ctrl-C in the terminal reaches the whole group of processes, but it is the parent that decides when to stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  const work = async (job: unknown) => tell(await attempt(() => runBounded(() => handle(job))));
  process.on('message', (job) => void work(job));
  tell('ready');
}

async function attempt(work: () => unknown): Promise<ChildMessage> {
  try {
    return { answer: await work() };
  } catch (error) {
    return { failure: String(error) };
  }
}

/** Only a script's `timeout` is watched by a thread of its own, and so interrupts a loop that never ends. */
function createWatchdog(timeoutMs: number): (run: () => unknown) => unknown {
  const room = createContext({ run: () => {} });
  const script = new Script('run()');
  return (run) => {
    room['run'] = run;
    return script.runInContext(room, { timeout: timeoutMs });
  };
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}
