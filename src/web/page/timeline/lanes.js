// Whose lane comes where on the timeline, and which of a lane's bars lies in which row.

/**
 * @typedef {import('../backstage/requests.js').RequestView} RequestView
 * @typedef {import('./ticks.js').Tick} Tick
 * @typedef {{ personId: number, isCrowd: boolean, bars: Bar[], ticks: Tick[] }} Lane
 * @typedef {{ request: RequestView, row: number, rows: number }} Bar one of as many rows as its neighbours need
 */

/** The people of the rush hour whose last request ended this long ago, in milliseconds, have no lanes any more. */
const recentMs = 300_000;

/** The lanes of the page's people in the order in which they came, and below them those of the crowd. */
export class Lanes {
  /** @type {Map<string, number>} the row of each request, by its id */
  #rows = new Map();

  /** Forgets which bar lies where, because the scale has changed or the history is another. */
  restack() {
    this.#rows.clear();
  }

  /**
   * The lanes with what is to be seen on them. The crowd has its lanes all at once, and no marks on them.
   * @param {{ requests: RequestView[], ticks: Tick[], people: Iterable<any>, from: number, now: number,
   *   shortestMs: number }} options `shortestMs` is how long the shortest bar looks
   * @returns {Lane[]}
   */
  arrange({ requests, ticks, people, from, now, shortestMs }) {
    const lanes = new Map(
      this.#order({ requests, people, since: Math.min(from, now - recentMs) }).map((lane) => [
        lane.personId,
        lane,
      ]),
    );
    for (const request of requests) lanes.get(request.personId)?.bars.push({ request, row: 0, rows: 1 });
    for (const tick of ticks) {
      const lane = lanes.get(tick.personId);
      if (lane && !lane.isCrowd && tick.at >= from && tick.at <= now) lane.ticks.push(tick);
    }
    for (const lane of lanes.values()) {
      if (!lane.isCrowd) this.#stack(lane.bars, shortestMs);
      lane.bars = lane.bars.filter(
        ({ request }) => (request.endedAt ?? now) >= from && request.acceptedAt <= now,
      );
    }
    this.#forgetRows(requests);
    return [...lanes.values()];
  }

  /**
   * @param {{ requests: RequestView[], people: Iterable<any>, since: number }} options
   * @returns {Lane[]} without anything on them yet
   */
  #order({ requests, people, since }) {
    /** @type {Lane[]} */
    const all = [...people].map(({ user, isCrowd }) => ({
      personId: user.id,
      isCrowd,
      bars: [],
      ticks: [],
    }));
    const crowd = all.filter(({ isCrowd }) => isCrowd);
    const ids = new Set(crowd.map(({ personId }) => personId));
    const isThere = requests.some(
      ({ personId, endedAt = Infinity }) => endedAt >= since && ids.has(personId),
    );
    return [...all.filter(({ isCrowd }) => !isCrowd), ...(isThere ? crowd : [])];
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
