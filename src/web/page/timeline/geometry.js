// Where on the timeline a moment and a lane are: the same for drawing and for finding what is pointed at.

/** @typedef {import('./lanes.js').Lane} Lane */

/** Room behind "now", in pixels, so that the mark at the end of a bar that has just ended is seen whole. */
export const marginPx = 14;
/** How wide the mark at the end of a bar is, in pixels. */
export const markPx = 9;

const laneHeights = { least: 24, most: 46 };
const padPx = 3;
const tickPx = 7;
const thickestPx = 16;

/** One view of the plot; lengths are CSS pixels. */
export class Geometry {
  /**
   * @param {{ width: number, height: number, scrolled: number, now: number, windowMs: number, lanes: number }} view
   */
  constructor({ width, height, scrolled, now, windowMs, lanes }) {
    this.width = width;
    this.height = height;
    this.scrolled = scrolled;
    this.now = now;
    this.windowMs = windowMs;
    this.from = now - windowMs;
    this.nowX = Math.max(1, width - marginPx);
    this.laneHeight = laneHeight(height, lanes);
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
    return index * this.laneHeight - this.scrolled;
  }

  /** The index of the lane at `y`, which may be past the last. */
  laneAt(/** @type {number} */ y) {
    return Math.floor((y + this.scrolled) / this.laneHeight);
  }

  /** The middle of the marks at the foot of a lane. */
  tickY(/** @type {number} */ index) {
    return this.laneTop(index) + this.laneHeight - padPx - tickPx / 2 + 1;
  }

  /**
   * Where the bars of one row of a lane are: rows share the lane, so the more there are, the thinner they get.
   * @param {number} index
   * @param {number} row
   * @param {number} rows
   */
  barBox(index, row, rows) {
    const room = this.laneHeight - 2 * padPx - tickPx;
    const step = Math.min(thickestPx + 2, room / rows);
    const gap = step > 5 ? 2 : step / 4;
    const free = (room - step * rows) / 2;
    return { top: this.laneTop(index) + padPx + free + row * step, height: step - gap };
  }
}

/**
 * Few lanes share the room there is; many are scrolled.
 * @param {number} height
 * @param {number} lanes
 */
export function laneHeight(height, lanes) {
  const share = Math.floor(height / Math.max(1, lanes));
  return Math.max(laneHeights.least, Math.min(laneHeights.most, share));
}
