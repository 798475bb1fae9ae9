// Loaded into a measured process before its own program: tells what it costs.

import { answerQuestions } from './child.ts';

/** What a process has used; the peak is the highest since the last question. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

const samplingMs = 20;
let peakRssBytes = 0;

function look(): number {
  const rssBytes = process.memoryUsage.rss();
  peakRssBytes = Math.max(peakRssBytes, rssBytes);
  return rssBytes;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const answer = { cpuMs: (user + system) / 1000, rssBytes: look(), peakRssBytes };
  peakRssBytes = 0;
  return answer;
}

setInterval(look, samplingMs).unref();
answerQuestions({ usage });
