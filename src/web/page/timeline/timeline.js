// The live timeline: a lane per person, time running to the left, every request a bar; the gauges above it.

import { el } from '../dom.js';
import { Frames } from '../backstage/frames.js';
import { Choice } from './choice.js';
import { Canvas, readColours, watchColours } from './canvas.js';
import { drawLanes } from './draw.js';
import { Geometry, LaneCount, markPx } from './geometry.js';
import { Lanes } from './lanes.js';
import { Legend } from './legend.js';
import { Names } from './names.js';
import { axisWords } from './scale.js';
import { Tip } from './tip.js';
import { WindowChoice } from './window-choice.js';

const fastestMs = 33;
const slowestMs = 250;
const calmMs = 1_000;

/** The timeline of what the models hold. */
export class Timeline {
  /** @type {HTMLElement} */
  element;
  /** The legend and the choice of the window, for the bar above. */
  tools;
  #models;
  #onGrow;
  #window = new WindowChoice(() => this.#rescale());
  /** The height that was last asked for. */
  #usualHeight = 0;
  /** @type {number | undefined} the moment that is held while a bar is looked at */
  #heldAt;
  #drawn = 0;
  /** @type {Record<string, string> | undefined} read when they are first needed, and when they have changed */
  #colours;
  #lanes = new Lanes();
  /** @type {Geometry | undefined} as it was drawn last */
  #geometry;
  #names;
  #legend = new Legend();
  #canvas = new Canvas(() => this.#frames.hurry());
  #plot = el('div', {
    class: 'plot',
    role: 'listbox',
    tabindex: 0,
    'aria-label': 'Requests on the timeline: the arrow keys go from one to the next',
  });
  #scroller;
  #axis = el('div', { class: 'axis', 'aria-hidden': 'true' });
  #choice;
  #tip;
  #frames = new Frames(
    () => this.#draw(),
    () => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? calmMs : fastestMs),
  );

  /**
   * @param {{ world: import('../world.js').World, clock: import('../backstage/clock.js').BackstageClock,
   *   requests: import('../backstage/requests.js').Requests, ticks: import('./ticks.js').Ticks,
   *   gauges: import('../backstage/gauges.js').Gauges }} models
   * @param {(px: number) => void} onGrow there are lanes for so many more pixels than there is room
   */
  constructor(models, onGrow) {
    this.#onGrow = onGrow;
    this.#models = models;
    this.#names = new Names(models.world);
    this.#tip = new Tip(models.world, this.#plot);
    this.#plot.append(this.#canvas.element, this.#tip.element);
    this.#choice = new Choice(this.#plot, () => this.#hold());
    this.#scroller = el('div', { class: 'lanes' }, this.#names.element, this.#plot);
    this.#scroller.addEventListener('scroll', () => this.#frames.hurry());
    this.element = el('div', { class: 'timeline' }, models.gauges.element, this.#scroller, this.#axis);
    this.tools = el('div', { class: 'timeline-tools' }, this.#legend.element, this.#window.element);
    this.#label();
    watchColours(() => {
      this.#colours = undefined;
      this.#frames.hurry();
    });
  }

  /**
   * Draws from now on, or stops.
   * @param {boolean} isShown
   */
  show(isShown) {
    this.#choice.id = undefined;
    this.#heldAt = undefined;
    this.#frames.show(isShown);
  }

  /** The history is another: bars find their rows anew. */
  reload() {
    this.#lanes.restack();
    this.#frames.hurry();
  }

  /** @param {{ startedAt: number } | null} rush the last rush hour */
  followRush(rush) {
    this.#window.followRush(rush);
    this.wake();
  }

  /** Something has happened. */
  wake() {
    this.#frames.wake();
  }

  /** The time stands still as long as a bar is looked at. */
  #hold() {
    if (this.#choice.id === undefined) this.#heldAt = undefined;
    else this.#heldAt ??= this.#models.clock.now();
    const { index } = this.#choice.find() ?? {};
    if (index !== undefined) this.#reveal(index);
    this.#frames.hurry();
  }

  /** @param {number} index of a lane */
  #reveal(index) {
    const geometry = this.#geometry;
    if (!geometry) return;
    const [top, bottom] = [geometry.laneTop(index), geometry.laneTop(index + 1)];
    if (top < 0) this.#scroller.scrollTop += top;
    else if (bottom > geometry.height) this.#scroller.scrollTop += bottom - geometry.height;
  }

  /** @returns {number} in how many milliseconds to draw again */
  #draw() {
    const { world, clock, requests, ticks, gauges } = this.#models;
    const { width, height } = this.#canvas;
    const now = this.#heldAt ?? clock.now();
    this.#window.match(now, clock.pace);
    const windowMs = this.#window.ms;
    const lanes = this.#lanes.arrange({
      requests: requests.all(),
      ticks: ticks.all,
      people: world.people.values(),
      from: now - windowMs,
      now,
      shortestMs: windowMs * ((markPx + 3) / Math.max(1, width)),
    });
    const count = new LaneCount(lanes);
    this.#grow(count.usualHeight);
    const geometry = new Geometry({
      width,
      height,
      now,
      windowMs,
      scrolled: this.#scroller.scrollTop,
      lanes: count,
    });
    this.#geometry = geometry;
    const colours = this.#readColours();
    this.#choice.follow(lanes, geometry);
    this.#names.show(lanes, geometry);
    const bars = drawLanes(this.#canvas.context, { lanes, geometry, colours, chosen: this.#choice.id });
    const isLoaded = gauges.draw({ now, windowMs, colours });
    this.#tell(now);
    this.#record(lanes.length, bars);
    const hasMarks = lanes.some((lane) => lane.ticks.length > 0);
    if (this.#heldAt !== undefined || !(bars > 0 || hasMarks || isLoaded)) return Infinity;
    // Half a pixel is the smallest step that is seen.
    return Math.max(fastestMs, Math.min(slowestMs, geometry.msOf(0.5) / clock.pace));
  }

  /** @param {number} usualHeight what all lanes would like to have */
  #grow(usualHeight) {
    if (usualHeight === this.#usualHeight) return;
    this.#usualHeight = usualHeight;
    this.#onGrow(usualHeight - this.#scroller.clientHeight);
  }

  /** @param {number} now */
  #tell(now) {
    const found = this.#choice.id === undefined ? undefined : this.#choice.find();
    if (found) this.#tip.show(found, now);
    else this.#tip.hide();
  }

  /**
   * Leaves what was drawn where it can be read.
   * @param {number} lanes
   * @param {number} bars
   */
  #record(lanes, bars) {
    this.#drawn += 1;
    const isHeld = this.#heldAt !== undefined;
    Object.assign(this.element.dataset, { lanes, bars, held: isHeld, drawn: this.#drawn });
  }

  #readColours() {
    if (!this.#colours) {
      this.#colours = readColours(this.element);
      this.#legend.draw(this.#colours);
    }
    return this.#colours;
  }

  #label() {
    const labels = axisWords(this.#window.ms).map((words) => el('span', {}, words));
    this.#axis.replaceChildren(...labels, el('b', { class: 'held' }, 'held while you look'));
  }

  #rescale() {
    this.#lanes.restack();
    this.#label();
    this.#frames.hurry();
  }
}
