// Two small charts over the timeline's window: how many slots are in use, and how many wait for one.

import { el } from '../dom.js';
import { drawGrid } from '../timeline/draw.js';
import { marginPx } from '../timeline/geometry.js';
import { Canvas } from '../timeline/canvas.js';

/** @typedef {{ at: number, running: number, waiting: number }} Load */

const keptLoads = 4_000;

/** The gauges of the semaphore. */
export class Gauges {
  element;
  /** @type {Load[]} oldest first */
  #loads = [];
  #limits = { slots: 0, waitingTotal: 0 };
  #slots;
  #waiting;

  /** @param {() => void} onResize */
  constructor(onResize) {
    this.#slots = new Gauge('Slots', 'slots', onResize);
    this.#waiting = new Gauge('Waiting', 'waiting', onResize);
    this.element = el('div', { class: 'gauges' }, this.#slots.element, this.#waiting.element);
  }

  /** @param {{ limits: { slots: number, waitingTotal: number }, load: Load, loads: Load[] }} engine */
  load({ limits, load, loads }) {
    this.#limits = limits;
    this.#loads = [...loads];
    if ((loads.at(-1)?.at ?? -Infinity) < load.at) this.#loads.push(load);
  }

  /** @param {Load} load */
  put(load) {
    this.#loads.push(load);
    if (this.#loads.length > keptLoads * 1.2) this.#loads.splice(0, this.#loads.length - keptLoads);
  }

  /**
   * Draws both charts and tells the newest figures.
   * @param {{ now: number, windowMs: number, colours: Record<string, string> }} view
   * @returns {boolean} whether anything in them moves
   */
  draw({ now, windowMs, colours }) {
    const from = now - windowMs;
    const first = this.#loads.findLastIndex(({ at }) => at <= from);
    const seen = this.#loads.slice(Math.max(0, first)).filter(({ at }) => at <= now);
    const { slots, waitingTotal } = this.#limits;
    const line = (/** @type {'running' | 'waiting'} */ what) =>
      seen.map((load) => ({ at: Math.max(load.at, from), value: load[what] }));
    const view = { now, windowMs, colours };
    this.#slots.draw(line('running'), { ...view, limit: slots });
    this.#waiting.draw(line('waiting'), { ...view, limit: waitingTotal });
    return seen.some(({ running, waiting }) => running + waiting > 0);
  }
}

/** One chart, with its figure beside it. */
class Gauge {
  element;
  #figure = el('b', {}, '0');
  #limit = el('span', {});
  #scale = el('span', { class: 'scale', 'aria-hidden': 'true' });
  #meter;
  #canvas;
  #told = '';

  /**
   * @param {string} name
   * @param {string} kind
   * @param {() => void} onResize
   */
  constructor(name, kind, onResize) {
    this.#canvas = new Canvas(onResize);
    this.#meter = el(
      'div',
      { class: 'figure', role: 'meter', 'aria-label': name, 'aria-valuenow': 0, 'aria-valuemin': 0 },
      el('span', { class: 'what' }, name),
      this.#figure,
      this.#limit,
    );
    this.element = el(
      'div',
      { class: 'gauge', 'data-gauge': kind },
      this.#meter,
      el('div', { class: 'chart' }, this.#canvas.element, this.#scale),
    );
  }

  /**
   * @param {{ at: number, value: number }[]} line
   * @param {{ now: number, windowMs: number, colours: Record<string, string>, limit: number }} view
   */
  draw(line, { now, windowMs, colours, limit }) {
    const scale = scaleFor(Math.max(0, ...line.map(({ value }) => value)), limit);
    this.#tell(line.at(-1)?.value ?? 0, limit, scale);
    const { context, width, height } = this.#canvas;
    context.clearRect(0, 0, width, height);
    const nowX = Math.max(1, width - marginPx);
    drawGrid(context, { geometry: { nowX, windowMs }, colours, height });
    const y = (/** @type {number} */ value) =>
      height - (Math.min(value, scale) / Math.max(1, scale)) * (height - 4);
    const x = (/** @type {number} */ at) => nowX - ((now - at) / windowMs) * nowX;
    if (scale === limit) drawLimit(context, { y: y(limit), nowX, colours });
    const [first] = line;
    if (!first) return;
    context.beginPath();
    context.moveTo(x(first.at), y(first.value));
    line.forEach(({ at, value }, index) => {
      context.lineTo(x(at), y(line[index - 1]?.value ?? value));
      context.lineTo(x(at), y(value));
    });
    context.lineTo(nowX, y(line.at(-1)?.value ?? 0));
    context.lineWidth = 1.5;
    context.strokeStyle = colours['answered'] ?? '';
    context.stroke();
    context.lineTo(nowX, height);
    context.lineTo(x(first.at), height);
    context.fillStyle = colours['fill'] ?? '';
    context.fill();
  }

  /**
   * @param {number} value
   * @param {number} limit
   * @param {number} scale
   */
  #tell(value, limit, scale) {
    const told = `${value}/${limit}/${scale}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#figure.textContent = value.toLocaleString('en');
    this.#limit.textContent = `of ${limit.toLocaleString('en')}`;
    this.#scale.textContent = scale.toLocaleString('en');
    this.#meter.setAttribute('aria-valuenow', String(value));
    this.#meter.setAttribute('aria-valuemax', String(limit));
    this.element.classList.toggle('full', limit > 0 && value >= limit);
  }
}

/**
 * The line that can't be crossed.
 * @param {CanvasRenderingContext2D} context
 * @param {{ y: number, nowX: number, colours: Record<string, string> }} place
 */
function drawLimit(context, { y, nowX, colours }) {
  context.save();
  context.setLineDash([3, 4]);
  context.strokeStyle = colours['timed out'] ?? '';
  context.beginPath();
  context.moveTo(0, y - 1);
  context.lineTo(nowX, y - 1);
  context.stroke();
  context.restore();
}

/**
 * The next round number above `most`, so that a few can be seen too.
 * @param {number} most
 * @param {number} limit
 */
function scaleFor(most, limit) {
  const steps = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
  return Math.min(steps.find((step) => step >= most) ?? limit, Math.max(limit, 1));
}
