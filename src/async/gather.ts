// Many pieces of work at once, each failing alone.

/** How one piece ended. */
export type Gathered<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Starts `run` for every item at once and resolves, in the order of the items, when all have ended. Never rejects.
 * `onSettled` is shown, each time one has ended, how all stand: undefined is what still runs. Whoever wants fewer at
 * once lets `run` wait for a semaphore.
 */
export async function gather<T, R>(
  items: readonly T[],
  run: (item: T, index: number) => Promise<R>,
  onSettled: (sofar: readonly (Gathered<R> | undefined)[]) => void = () => {},
): Promise<Gathered<R>[]> {
  const sofar: (Gathered<R> | undefined)[] = items.map(() => undefined);
  return Promise.all(
    items.map(async (item, index) => {
      const outcome = await settle(() => run(item, index));
      sofar[index] = outcome;
      onSettled(sofar);
      return outcome;
    }),
  );
}

async function settle<R>(run: () => Promise<R>): Promise<Gathered<R>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error };
  }
}
