// What comes from the server: the state, then every event after it, however often the way there breaks.

import { fetchState, follow } from './server.js';

const retryMs = 500;

/** Events are shown once per frame, and never take more than a part of the time when very many come. */
const busyShare = 2;

/**
 * Follows the server. Lost connections are resumed from the cursor, so that nothing is missing; when that is too old,
 * the state is fetched anew. A hidden page lets go of its stream: a browser has few connections for all its tabs.
 */
export class Feed {
  #listeners;
  /** @type {string | undefined} the event that was heard last */
  #cursor;
  /** Which run of the server the state is of. */
  #run = '';
  /** @type {{ close(): void } | undefined} */
  #stream;
  /** @type {any[]} */
  #waiting = [];
  #isFlushPlanned = false;

  /**
   * `onState` and `onEvents` are given what to show; `isAnew`: the server was started again, and what was shown is gone.
   * `onLost` tells that the server can't be heard, `onBack` that it can.
   * @param {{ onState: (state: any, options: { isAnew: boolean }) => void, onEvents: (events: any[]) => void, onLost: () => void, onBack: () => void }} listeners
   */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  start() {
    document.addEventListener('visibilitychange', () => this.#match());
    void this.#load();
  }

  /** Fetches the state until it is there, and follows the events from it on. */
  async #load() {
    this.#close();
    this.#cursor = undefined;
    const state = await fetchState().catch((error) => {
      console.info('The state can’t be fetched:', error);
    });
    if (!state) {
      this.#listeners.onLost();
      return this.#loadSoon();
    }
    this.#waiting = [];
    this.#cursor = state.cursor;
    const [run] = state.cursor.split('-');
    const isAnew = this.#run !== '' && run !== this.#run;
    this.#run = run;
    this.#listeners.onState(state, { isAnew });
    this.#listeners.onBack();
    this.#match();
  }

  /** Has a stream open exactly while the page is seen. */
  #match() {
    if (document.hidden) this.#close();
    else if (!this.#stream && this.#cursor !== undefined) this.#open(this.#cursor);
  }

  /** @param {string} cursor */
  #open(cursor) {
    this.#stream = follow(cursor, {
      onEvent: (event, next) => {
        this.#cursor = next;
        this.#waiting.push(event);
        this.#planFlush();
      },
      onGap: () => this.#loadSoon(),
      onLost: this.#listeners.onLost,
      onBack: this.#listeners.onBack,
    });
  }

  #loadSoon() {
    setTimeout(() => void this.#load(), retryMs);
  }

  #close() {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #planFlush() {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    const started = performance.now();
    this.#listeners.onEvents(this.#waiting.splice(0));
    const pauseMs = (performance.now() - started) * busyShare;
    setTimeout(() => {
      this.#isFlushPlanned = false;
      if (this.#waiting.length > 0) this.#planFlush();
    }, pauseMs);
  }
}
