// Which bar of the timeline is looked at: the one under the pointer, or the one that the arrow keys have gone to.

import { sideOf } from './draw.js';

/**
 * @typedef {import('./geometry.js').Geometry} Geometry
 * @typedef {import('./lanes.js').Lane} Lane
 */

const reachPx = 4;

/** The choice among the bars that were drawn last. */
export class Choice {
  /** @type {string | undefined} the id of a request */
  id;
  #plot;
  #onChange;
  /** @type {Lane[]} */
  #lanes = [];
  /** @type {Geometry | undefined} */
  #geometry;

  /**
   * @param {HTMLElement} plot takes the focus and the pointer
   * @param {() => void} onChange
   */
  constructor(plot, onChange) {
    this.#plot = plot;
    this.#onChange = onChange;
    plot.addEventListener('pointermove', (event) => this.#choose(this.#hit(event)));
    plot.addEventListener('pointerdown', (event) => this.#choose(this.#hit(event)));
    plot.addEventListener('pointerleave', () => this.#choose(undefined));
    plot.addEventListener('blur', () => this.#choose(undefined));
    plot.addEventListener('focus', () => {
      if (plot.matches(':focus-visible') && !this.id) this.#choose(this.#newest());
    });
    plot.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /**
   * What is seen now.
   * @param {Lane[]} lanes
   * @param {Geometry} geometry
   */
  follow(lanes, geometry) {
    this.#lanes = lanes;
    this.#geometry = geometry;
  }

  /** Where the chosen bar is and which one of how many; undefined when it is out of sight. */
  find() {
    const index = this.#lanes.findIndex((lane) => lane.bars.some(({ request }) => request.id === this.id));
    const lane = this.#lanes[index];
    const place = lane?.bars.findIndex(({ request }) => request.id === this.id) ?? -1;
    const bar = lane?.bars[place];
    if (!lane || !bar || !this.#geometry) return undefined;
    const { x, width } = sideOf(bar.request, this.#geometry);
    const { top, height } = this.#geometry.barBox(index, bar.row, bar.rows);
    const left = Math.max(0, x);
    return {
      request: bar.request,
      index,
      place: place + 1,
      of: lane.bars.length,
      box: { x: left, width: x + width - left, top, height },
    };
  }

  /** @param {string | undefined} id */
  #choose(id) {
    if (id === this.id) return;
    this.id = id;
    this.#onChange();
  }

  /** @param {PointerEvent} event */
  #hit({ clientX, clientY }) {
    const geometry = this.#geometry;
    if (!geometry) return undefined;
    const corner = this.#plot.getBoundingClientRect();
    const [px, py] = [clientX - corner.left, clientY - corner.top];
    const index = geometry.laneAt(py);
    const lane = this.#lanes[index];
    const reachY = lane?.isCrowd ? geometry.thinHeight : reachPx;
    const near = lane?.bars.filter(({ request, row, rows }) => {
      const { x, width } = sideOf(request, geometry);
      const { top, height } = geometry.barBox(index, row, rows);
      const isBeside = px < x - reachPx || px > x + width + reachPx;
      return !isBeside && py >= top - reachY && py <= top + height + reachY;
    });
    return near?.at(-1)?.request.id;
  }

  #newest() {
    return this.#lanes.find(({ bars }) => bars.length > 0)?.bars.at(-1)?.request.id;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === 'Escape') {
      this.#choose(undefined);
      return;
    }
    const found = this.find();
    const bars = this.#lanes[found?.index ?? -1]?.bars ?? [];
    const at = (found?.place ?? 0) - 1;
    const next = {
      ArrowLeft: () => bars[Math.max(0, at - 1)]?.request.id,
      ArrowRight: () => bars[at + 1]?.request.id ?? this.id,
      Home: () => bars[0]?.request.id,
      End: () => bars.at(-1)?.request.id,
      ArrowUp: () => this.#beside(-1),
      ArrowDown: () => this.#beside(1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    this.#choose(found ? next() : this.#newest());
  }

  /**
   * The bar nearest in time on the next lane that has any.
   * @param {1 | -1} step
   */
  #beside(step) {
    const found = this.find();
    if (!found) return this.#newest();
    let index = found.index + step;
    while (this.#lanes[index]?.bars.length === 0) index += step;
    const distance = (/** @type {import('./lanes.js').Bar} */ { request }) =>
      Math.abs(request.acceptedAt - found.request.acceptedAt);
    const nearest = this.#lanes[index]?.bars.toSorted((a, b) => distance(a) - distance(b))[0];
    return nearest?.request.id ?? this.id;
  }
}
