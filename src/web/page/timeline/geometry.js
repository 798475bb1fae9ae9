// Where on the timeline a moment and a lane are: the same for drawing and for finding what is pointed at.

/** @typedef {import('./lanes.js').Lane} Lane */

/** Room behind "now", in pixels, so that the mark at the end of a bar that has just ended is seen whole. */
export const marginPx = 14;
/** How wide the mark at the end of a bar is, in pixels. */
export const markPx = 9;

const laneHeights = { least: 24, usual: 28, most: 46 };
const thinHeights = { least: 2.5, usual: 4, most: 6 };
const padPx = 3;
const tickPx = 7;
const thickestPx = 16;

/** How many lanes there are of each kind: those of the page's people, and below them the thin ones of the crowd. */
export class LaneCount {
  /** @param {readonly { isCrowd: boolean }[]} lanes */
  constructor(lanes) {
    this.thin = lanes.filter(({ isCrowd }) => isCrowd).length;
    this.full = lanes.length - this.thin;
  }

  /** The height in which all can be told apart, in pixels. */
  get usualHeight() {
    return this.full * laneHeights.usual + this.thin * thinHeights.usual;
  }
}

/** One view of the plot; lengths are CSS pixels. */
export class Geometry {
  /**
   * @param {{ width: number, height: number, scrolled: number, now: number, windowMs: number, lanes: LaneCount }} view
   */
  constructor({ width, height, scrolled, now, windowMs, lanes }) {
    this.width = width;
    this.height = height;
    this.scrolled = scrolled;
    this.now = now;
    this.windowMs = windowMs;
    this.from = now - windowMs;
    this.nowX = Math.max(1, width - marginPx);
    this.lanes = lanes;
    this.thinHeight = share(height - lanes.full * laneHeights.least, lanes.thin, thinHeights);
    this.laneHeight = Math.floor(share(height - lanes.thin * this.thinHeight, lanes.full, laneHeights));
  }

  /** @param {number} at a moment, in milliseconds */
  x(at) {
    return this.nowX - ((this.now - at) / this.windowMs) * this.nowX;
  }

  /** How long what is `px` wide has lasted, in milliseconds. */
  msOf(/** @type {number} */ px) {
    return (px / this.nowX) * this.windowMs;
  }

  /** The upper edge of a lane. */
  laneTop(/** @type {number} */ index) {
    const full = Math.min(index, this.lanes.full);
    return full * this.laneHeight + (index - full) * this.thinHeight - this.scrolled;
  }

  /** The index of the lane at `y`, which may be past the last. */
  laneAt(/** @type {number} */ y) {
    const below = y + this.scrolled - this.lanes.full * this.laneHeight;
    if (below < 0) return Math.floor((y + this.scrolled) / this.laneHeight);
    return this.lanes.full + Math.floor(below / this.thinHeight);
  }

  /** The middle of the marks at the foot of a lane. */
  tickY(/** @type {number} */ index) {
    return this.laneTop(index) + this.laneHeight - padPx - tickPx / 2 + 1;
  }

  /**
   * Where the bars of one row of a lane are: rows share the lane, so the more there are, the thinner they get. A thin
   * lane is one row.
   * @param {number} index
   * @param {number} row
   * @param {number} rows
   */
  barBox(index, row, rows) {
    const laneTop = this.laneTop(index);
    if (index >= this.lanes.full) return { top: laneTop, height: this.thinHeight * 0.75 };
    const room = this.laneHeight - 2 * padPx - tickPx;
    const step = Math.min(thickestPx + 2, room / rows);
    const gap = step > 5 ? 2 : step / 4;
    const free = (room - step * rows) / 2;
    return { top: laneTop + padPx + free + row * step, height: step - gap };
  }
}

/**
 * Few lanes share the room there is; many are scrolled.
 * @param {number} height
 * @param {number} lanes
 * @param {{ least: number, most: number }} limits
 */
function share(height, lanes, { least, most }) {
  return Math.max(least, Math.min(most, height / Math.max(1, lanes)));
}
