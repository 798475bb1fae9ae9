// The backstage below the chats: what the engine does, as it does it, and what can be done to it.

import { BackstageClock } from './clock.js';
import { Panel } from './panel.js';
import { Requests } from './requests.js';
import { Tabs } from './panel-tabs.js';
import { Controls } from './controls.js';
import { el } from '../dom.js';
import { Gauges } from './gauges.js';
import { RawLog } from './raw-log.js';
import { Entries } from './raw-log-entries.js';
import { RequestsTable } from './requests-table.js';
import { Ticks } from '../timeline/ticks.js';
import { Timeline } from '../timeline/timeline.js';

/** Timeline, requests, raw log and controls; the events go into models, and what is in sight is drawn from them. */
export class Backstage {
  /** @type {HTMLElement} */
  element;
  #world;
  #clock = new BackstageClock();
  #requests = new Requests();
  #ticks = new Ticks();
  #entries = new Entries();
  #gauges;
  #controls = new Controls(this.#clock);
  #timeline;
  #table;
  #log;
  #panel;
  #tab = 'Timeline';

  /** @param {import('../world.js').World} world */
  constructor(world) {
    this.#world = world;
    const [clock, requests, ticks] = [this.#clock, this.#requests, this.#ticks];
    this.#gauges = new Gauges(() => this.#timeline.wake());
    const models = { world, clock, requests, ticks, gauges: this.#gauges };
    this.#timeline = new Timeline(models, (px) => this.#panel.grow(px));
    this.#table = new RequestsTable({ world, clock, requests });
    this.#log = new RawLog(world, this.#entries);
    const tabs = new Tabs('Backstage', this.#views(), (name) => {
      this.#tab = name;
      this.#match();
    });
    const tools = el(
      'div',
      { class: 'stage-tools' },
      tabs.element,
      ...this.#views().map(({ tools }) => tools),
    );
    const panels = this.#views().map(({ panel }) => panel);
    this.#panel = new Panel(this.#controls.elements, [tools, ...panels], () => this.#match());
    this.element = this.#panel.element;
    this.#match();
  }

  /**
   * Forgets everything for what `/playground/state` answered.
   * @param {any} state
   */
  load(state) {
    this.#clock.set(state.clock);
    this.#requests.load(state.engine.requests);
    this.#gauges.load(state.engine);
    this.#controls.load(state);
    this.#timeline.followRush(state.rush);
    this.#ticks.clear();
    this.#entries.clear();
    for (const event of state.raw) this.#addRaw(event);
    this.#matchPeople();
    this.#timeline.reload();
    this.#log.reload();
  }

  /**
   * Takes in an event of the server.
   * @param {any} event
   */
  take(event) {
    this.#controls.take(event);
    if (event.kind === 'request') this.#requests.put(event.request);
    else if (event.kind === 'load') this.#gauges.put(event.load);
    else if (event.kind === 'update' || event.kind === 'call') this.#addRaw(event);
    else if (event.kind === 'rush') this.#followRush(event.rush);
    else if (event.kind === 'person') this.#matchPeople();
    else if (event.kind !== 'clock') return;
    this.#clock.hear(event.at);
    for (const { view } of this.#views()) view.wake();
  }

  /** The server can't be heard: what is shown stands still. */
  lose() {
    this.#clock.stop();
    this.#controls.lose();
  }

  /** The server is heard again. */
  regain() {
    this.#clock.resume();
    this.#controls.regain();
    for (const { view } of this.#views()) view.wake();
  }

  /**
   * Room for its lanes is made when somebody presses the button, not while they read on.
   * @param {{ startedAt: number, endedAt?: number }} rush
   */
  #followRush(rush) {
    if (rush.endedAt === undefined) this.#panel.grow(Infinity);
    this.#timeline.followRush(rush);
  }

  /** @param {any} event */
  #addRaw(event) {
    this.#ticks.add(event, this.#world);
    this.#entries.add(event, this.#world);
  }

  #matchPeople() {
    this.#table.matchPeople();
    this.#log.matchPeople();
  }

  /** Only what is in sight is drawn. */
  #match() {
    if (this.#tab !== 'Timeline') this.#panel.grow(Infinity);
    for (const { name, view, tools } of this.#views()) {
      tools.hidden = name !== this.#tab;
      view.show(this.#panel.isOpen && name === this.#tab);
    }
  }

  #views() {
    return [
      { name: 'Timeline', view: this.#timeline, panel: this.#timeline.element, tools: this.#timeline.tools },
      { name: 'Requests', view: this.#table, panel: this.#table.element, tools: this.#table.tools },
      { name: 'Raw log', view: this.#log, panel: this.#log.element, tools: this.#log.tools },
    ];
  }
}
