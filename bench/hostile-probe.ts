// Loaded into the bot that is under attack, before its own program: tells how it bears it, and stops one of its parsers.

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { countTraces } from '../test/hostile/traces.ts';
import type { Traces } from '../test/hostile/traces.ts';
import { answerQuestions } from './child.ts';

/** How a bot is: since the last look, how late its event loop was; now, what it holds. */
export interface Condition extends Traces {
  readonly lateP99Ms: number;
  readonly latestMs: number;
  readonly temporary: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

const { TELEGRAM_API_ROOT = '', DATA_DIR = '' } = process.env;
const port = Number(new URL(TELEGRAM_API_ROOT).port);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

function look(): Condition {
  const [lateP99Ms, latestMs] = [delay.percentile(99) / 1e6, delay.max / 1e6];
  globalThis.gc?.();
  const condition = {
    lateP99Ms,
    latestMs,
    ...countTraces(port),
    temporary: readdirSync(join(DATA_DIR, 'temp')).length,
    heapBytes: process.memoryUsage().heapUsed,
    rssBytes: process.memoryUsage.rss(),
  };
  delay.reset();
  return condition;
}

/** Makes one parser as slow as can be: it never answers. Gives its process id. */
function stopParser(): number {
  const [id] = globSync('/proc/self/task/*/children').flatMap((file) =>
    readFileSync(file, 'utf8').split(' ').filter(Boolean),
  );
  if (id !== undefined) process.kill(Number(id), 'SIGSTOP');
  return Number(id ?? 0);
}

answerQuestions({ look, stopParser });
