// fast-check with one seed for every property test: a red run speaks of the change, not of luck. `FC_SEED=$RANDOM npm test` looks elsewhere.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 26) });

/** How often the long property tests try: `usual` times, or `FC_RUNS` times where somebody has the patience. */
export function runs(usual: number): number {
  return Number(process.env['FC_RUNS'] ?? usual);
}

/** The time-out in ms of a test that tries so often: none where somebody has asked for more. */
export const patienceMs = process.env['FC_RUNS'] === undefined ? 20_000 : 0;

export default fc;
