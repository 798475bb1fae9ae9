// How times, people and requests are put into words.

import { stateOf, timesOf } from './requests.js';

/** @typedef {import('../world.js').World} World */

/**
 * A span of time, like `340 ms`, `3.4 s` or `2 min 5 s`.
 * @param {number} ms
 */
export function spanWords(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * A time of day, like `14:03:07` or, with its milliseconds, `14:03:07.250`.
 * @param {number} at
 * @param {{ isExact?: boolean }} [options]
 */
export function timeWords(at, { isExact = false } = {}) {
  const time = new Date(at);
  const pad = (/** @type {number} */ value, size = 2) => String(value).padStart(size, '0');
  const words = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part)).join(':');
  return isExact ? `${words}.${pad(time.getMilliseconds(), 3)}` : words;
}

/**
 * The name of a person, or what is known of one who is gone.
 * @param {World} world
 * @param {number | undefined} personId
 */
export function nameOf(world, personId) {
  return world.people.get(personId ?? 0)?.user.first_name ?? `Person ${personId}`;
}

/**
 * What became of a request, like `waited 1.2 s, ran 340 ms, answered`.
 * @param {import('./requests.js').RequestView} request
 * @param {number} now
 */
export function fateWords(request, now) {
  const { waitMs, runMs } = timesOf(request, now);
  return `waited ${spanWords(waitMs)}, ran ${spanWords(runMs)}, ${request.ending ?? `${stateOf(request)} now`}`;
}
