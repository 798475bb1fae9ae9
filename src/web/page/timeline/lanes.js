// Whose lane comes where on the timeline, and which of a lane's bars lies in which row.

/**
 * @typedef {import('../backstage/requests.js').RequestView} RequestView
 * @typedef {import('./ticks.js').Tick} Tick
 * @typedef {{ personId: number, bars: Bar[], ticks: Tick[] }} Lane
 * @typedef {{ request: RequestView, row: number, rows: number }} Bar one of as many rows as its neighbours need
 */

/** Somebody whose last request ended this long ago, in milliseconds, no longer comes first. */
const recentMs = 300_000;

/** Lanes in an order that stays: people who asked for something first, by when they did. */
export class Lanes {
  /** @type {Map<number, number>} when each person was first seen to ask */
  #since = new Map();
  /** @type {Map<string, number>} the row of each request, by its id */
  #rows = new Map();

  /** Forgets which bar lies where, because the scale has changed or the history is another. */
  restack() {
    this.#rows.clear();
  }

  /**
   * The lanes with what is to be seen on them. People of the rush hour who never asked for anything have none.
   * @param {{ requests: RequestView[], ticks: Tick[], people: Iterable<any>, from: number, now: number,
   *   shortestMs: number }} options `shortestMs` is how long the shortest bar looks
   * @returns {Lane[]}
   */
  arrange({ requests, ticks, people, from, now, shortestMs }) {
    /** @type {Map<number, Lane>} */
    const lanes = new Map();
    for (const personId of this.#order({ requests, people, now })) {
      lanes.set(personId, { personId, bars: [], ticks: [] });
    }
    for (const request of requests) lanes.get(request.personId)?.bars.push({ request, row: 0, rows: 1 });
    for (const tick of ticks)
      if (tick.at >= from && tick.at <= now) lanes.get(tick.personId)?.ticks.push(tick);
    for (const lane of lanes.values()) {
      this.#stack(lane.bars, shortestMs);
      lane.bars = lane.bars.filter(
        ({ request }) => (request.endedAt ?? now) >= from && request.acceptedAt <= now,
      );
    }
    this.#forgetRows(requests);
    return [...lanes.values()];
  }

  /**
   * @param {{ requests: RequestView[], people: Iterable<any>, now: number }} options
   * @returns {number[]} ids of people
   */
  #order({ requests, people, now }) {
    const recent = new Set();
    for (const { personId, acceptedAt, endedAt = now } of requests) {
      if (!this.#since.has(personId)) this.#since.set(personId, acceptedAt);
      if (endedAt >= now - recentMs) recent.add(personId);
    }
    const others = [...people]
      .filter(({ user, isCrowd }) => !recent.has(user.id) && (!isCrowd || this.#since.has(user.id)))
      .map(({ user }) => user.id);
    const since = (/** @type {number} */ id) => this.#since.get(id) ?? 0;
    return [...[...recent].toSorted((a, b) => since(a) - since(b)), ...others];
  }

  /**
   * Gives each bar its row, and a row's share of the lane: bars that no other touches have all of it.
   * @param {Bar[]} bars of one lane, by acceptance
   * @param {number} shortestMs
   */
  #stack(bars, shortestMs) {
    const endOf = (/** @type {Bar} */ { request: { acceptedAt, endedAt = Infinity } }) =>
      Math.max(endedAt, acceptedAt + shortestMs);
    /** @type {Bar[]} those that touch each other, directly or by others */
    let group = [];
    let groupEnd = -Infinity;
    for (const bar of bars) {
      if (groupEnd <= bar.request.acceptedAt) {
        group = [];
        groupEnd = -Infinity;
      }
      bar.row = this.#rowOf(
        bar,
        group.filter((other) => endOf(other) > bar.request.acceptedAt),
      );
      group.push(bar);
      groupEnd = Math.max(groupEnd, endOf(bar));
      const rows = Math.max(bar.row + 1, group[0]?.rows ?? 1);
      if (group[0]?.rows !== rows) for (const one of group) one.rows = rows;
      bar.rows = rows;
    }
  }

  /**
   * A bar stays in the row it was first put in, so that none jumps while time passes.
   * @param {Bar} bar
   * @param {Bar[]} beside
   */
  #rowOf({ request }, beside) {
    const known = this.#rows.get(request.id);
    if (known !== undefined) return known;
    const taken = new Set(beside.map(({ row }) => row));
    let row = 0;
    while (taken.has(row)) row += 1;
    this.#rows.set(request.id, row);
    return row;
  }

  /** @param {RequestView[]} requests */
  #forgetRows(requests) {
    if (this.#rows.size < 2 * requests.length + 100) return;
    const kept = new Set(requests.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!kept.has(id)) this.#rows.delete(id);
  }
}
