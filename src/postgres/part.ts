// The last words to a database: said if it listens, and not waited for if it does not.

import { deadline } from '../async/deadline.ts';

const farewellMs = 1_000;

/** Waits until the work is over, but no longer than a second; closing the database ends what is left of it. */
export async function part(work: Promise<void>): Promise<void> {
  using due = deadline(farewellMs);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  due.signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([work, late]);
}
