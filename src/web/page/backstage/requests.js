// The requests that the engine has told of, the newest of them kept, and how each one's time was spent.

/**
 * @typedef {'answered' | 'timed out' | 'cancelled' | 'failed' | 'busy'} Ending
 * @typedef {'waiting' | 'running' | 'interrupted'} Phase
 * @typedef {{ id: string, personId: number, chatId: number, handler: string, acceptedAt: number,
 *   phases: { state: Phase, at: number }[], endedAt?: number, ending?: Ending, waitMs?: number, totalMs?: number
 * }} RequestView times are milliseconds of the playground's clock
 * @typedef {{ state: Phase, from: number, to: number }} Segment
 */

/** How many requests are kept. */
export const keptRequests = 1_000;

/** Every way a request can end, in the order they are listed. */
export const endings = /** @type {const} */ (['answered', 'timed out', 'cancelled', 'failed', 'busy']);

/** The newest requests by their ids. */
export class Requests {
  /** @type {Map<string, RequestView>} in the order in which they were first heard of */
  #byId = new Map();

  /** @param {RequestView[]} requests by acceptance */
  load(requests) {
    this.#byId.clear();
    for (const request of requests) this.put(request);
  }

  /**
   * Adds a request or takes over its newer state.
   * @param {RequestView} request
   */
  put(request) {
    this.#byId.set(request.id, request);
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= keptRequests) return;
      this.#byId.delete(id);
    }
  }

  /** @param {string | undefined} id */
  get(id) {
    return this.#byId.get(id ?? '');
  }

  /** Oldest first. */
  all() {
    return [...this.#byId.values()];
  }

  /** Those that have not ended. */
  get openCount() {
    return this.all().filter(({ endedAt }) => endedAt === undefined).length;
  }
}

/**
 * What a request did until `now`, without gaps. Work that needs no slot runs from the start.
 * @param {RequestView} request
 * @param {number} now
 * @returns {Segment[]}
 */
export function segmentsOf({ acceptedAt, phases, endedAt }, now) {
  const end = Math.max(acceptedAt, Math.min(endedAt ?? now, now));
  const first = { state: /** @type {Phase} */ ('running'), at: acceptedAt };
  const starts = [first, ...phases].filter(({ at }) => at <= end);
  return starts
    .map(({ state, at }, index) => ({ state, from: at, to: starts[index + 1]?.at ?? end }))
    .filter(({ from, to }, index) => to > from || (index === 0 && starts.length === 1));
}

/**
 * How long a request has waited and run until `now`, in milliseconds; the engine's own figures once it has told them.
 * @param {RequestView} request
 * @param {number} now
 */
export function timesOf(request, now) {
  const spent = { waiting: 0, running: 0, interrupted: 0 };
  for (const { state, from, to } of segmentsOf(request, now)) spent[state] += to - from;
  return { waitMs: request.waitMs ?? spent.waiting, runMs: spent.running };
}

/**
 * What a request is doing, or how it ended.
 * @param {RequestView} request
 * @returns {Phase | Ending}
 */
export function stateOf({ ending, phases }) {
  return ending ?? phases.at(-1)?.state ?? 'running';
}
