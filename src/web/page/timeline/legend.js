// What the bars and marks of the timeline mean, shown by the very drawing that makes them.

import { endings } from '../backstage/requests.js';
import { placeAbove } from '../backstage/place-above.js';
import { el } from '../dom.js';
import { drawLanes } from './draw.js';
import { Geometry, LaneCount } from './geometry.js';
import { drawTick } from './marks.js';

const sample = { width: 24, height: 18, lane: 28 };

/** @type {[import('./ticks.js').TickKind, string][]} */
const ticks = [
  ['update', 'update'],
  ['message', 'message'],
  ['edit', 'edit'],
  ['file', 'file'],
  ['refused', 'refused'],
  ['lost', 'no answer'],
];

/** A button and the legend that it opens, to be drawn again whenever the colours change. */
export class Legend {
  element;
  #button;
  #sheet;
  /** @type {((colours: Record<string, string>) => void)[]} */
  #drawings = [];

  constructor() {
    const ongoing = /** @type {const} */ (['waiting', 'running', 'interrupted']);
    const bars = [
      ...ongoing.map((state) => this.#bar(state, { phases: [{ state, at: 0 }] })),
      ...endings.map((ending) => this.#bar(ending, { phases: [], endedAt: 100, ending })),
    ];
    const marks = ticks.map(([kind, words]) =>
      this.#item(words, 12, (context, colours) => drawTick(context, kind, { x: 6, y: 9, colours })),
    );
    this.#sheet = el(
      'div',
      { class: 'legend', id: 'legend', popover: 'auto', role: 'group', 'aria-label': 'Legend' },
      el('strong', {}, 'Requests'),
      el('ul', { 'aria-label': 'What the bars mean' }, ...bars),
      el('strong', {}, 'Bot API'),
      el('ul', { 'aria-label': 'What the marks below them mean' }, ...marks),
    );
    this.#button = el(
      'button',
      { type: 'button', class: 'legend-button', popovertarget: 'legend', 'aria-expanded': 'false' },
      'Legend',
    );
    this.#sheet.addEventListener('toggle', () => this.#place());
    window.addEventListener('resize', () => this.#sheet.hidePopover());
    this.element = el('div', { class: 'legend-control' }, this.#button, this.#sheet);
  }

  /** @param {Record<string, string>} colours */
  draw(colours) {
    for (const draw of this.#drawings) draw(colours);
  }

  #place() {
    const isOpen = this.#sheet.matches(':popover-open');
    this.#button.ariaExpanded = String(isOpen);
    if (isOpen) placeAbove(this.#sheet, this.#button);
  }

  /**
   * @param {string} words
   * @param {Partial<import('../backstage/requests.js').RequestView>} state
   */
  #bar(words, state) {
    const request = { id: '', personId: 0, chatId: 0, handler: '', acceptedAt: 0, phases: [], ...state };
    const lanes = [{ personId: 0, isCrowd: false, bars: [{ request, row: 0, rows: 1 }], ticks: [] }];
    return this.#item(words, sample.width, (context, colours) => {
      const plain = { ...colours, grid: 'transparent', now: 'transparent' };
      const width = sample.width + 14;
      const view = {
        width,
        height: sample.lane,
        scrolled: 0,
        now: 100,
        windowMs: 100,
        lanes: new LaneCount(lanes),
      };
      context.translate(0, -0.5);
      drawLanes(context, { lanes, geometry: new Geometry(view), colours: plain });
    });
  }

  /**
   * @param {string} words
   * @param {number} width
   * @param {(context: CanvasRenderingContext2D, colours: Record<string, string>) => void} draw
   */
  #item(words, width, draw) {
    const scale = 2;
    const canvas = el('canvas', {
      'aria-hidden': 'true',
      width: width * scale,
      height: sample.height * scale,
    });
    canvas.style.width = `${width}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.#drawings.push((colours) => {
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, sample.height);
      draw(context, colours);
    });
    return el('li', {}, canvas, words);
  }
}
