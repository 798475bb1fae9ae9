// How much time the timeline shows, in which steps its axis is marked, and what is written there.

/** The spans to choose from, in milliseconds of real time. */
export const windows = [10_000, 30_000, 60_000, 300_000];

/** What is shown unless there is a reason for another, in milliseconds of real time. */
export const usualWindowMs = 60_000;

const mostParts = 6;
const units = [
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
];
const stepsMs = [2, 5, 10, 20, 60, 120, 300, 600, 3_600].map((seconds) => seconds * 1_000);

/**
 * The round step in which a window is marked; it goes into every window without a rest.
 * @param {number} windowMs
 */
export function stepOf(windowMs) {
  return stepsMs.find((step) => step >= windowMs / mostParts) ?? windowMs;
}

/**
 * A whole span in its largest fitting unit, like `100 s`, `5 min` or `5 h`.
 * @param {number} windowMs
 */
export function windowWords(windowMs) {
  const unit = units.find(({ ms }) => windowMs % ms === 0 && windowMs / ms > 1);
  return unit ? `${windowMs / unit.ms} ${unit.name}` : `${windowMs / 1_000} s`;
}

/**
 * What stands along the axis, from the oldest moment to now.
 * @param {number} windowMs
 */
export function axisWords(windowMs) {
  const step = stepOf(windowMs);
  const unit = units.find(({ ms }) => step % ms === 0) ?? { name: 's', ms: 1_000 };
  const marks = Array.from({ length: Math.floor(windowMs / step) }, (_, part) => windowMs - part * step);
  return [...marks.map((ms) => `−${ms / unit.ms} ${unit.name}`), 'now'];
}

/**
 * The shortest window that shows a rush hour from its start; the usual one when there is none or it was long ago.
 * @param {{ startedAt?: number, now: number, pace: number }} options `pace` is how many of the playground's
 *   milliseconds pass in a real one
 * @returns {number} milliseconds of real time
 */
export function windowFor({ startedAt = -Infinity, now, pace }) {
  const agoMs = (now - startedAt) / pace;
  return windows.find((ms) => ms >= agoMs && ms < usualWindowMs) ?? usualWindowMs;
}
