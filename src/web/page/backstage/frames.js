// Draws again when something has changed or moves, never more often than is seen, and not at all while hidden.

const earlyMs = 4;

/** One drawing that is repeated as long as it has to be. */
export class Frames {
  #draw;
  #shortestMs;
  #isShown = false;
  #frame = 0;
  #timer = 0;
  #drawnAt = -Infinity;

  /**
   * @param {() => number} draw draws, and tells in how many milliseconds it would like to again; Infinity: when woken
   * @param {() => number} shortestMs the least time between two drawings
   */
  constructor(draw, shortestMs) {
    this.#draw = draw;
    this.#shortestMs = shortestMs;
  }

  /**
   * Starts or stops drawing.
   * @param {boolean} isShown
   */
  show(isShown) {
    this.#isShown = isShown;
    this.#cancel();
    if (isShown) this.#frame = requestAnimationFrame(() => this.#run());
  }

  /** Something has changed: draws as soon as may be. */
  wake() {
    if (!this.#isShown || this.#frame) return;
    this.#schedule(this.#drawnAt + this.#shortestMs() - performance.now());
  }

  /** Draws with the very next frame, as an answer to what a person did. */
  hurry() {
    if (this.#isShown) this.show(true);
  }

  #run() {
    this.#frame = 0;
    this.#drawnAt = performance.now();
    const restMs = this.#draw();
    if (restMs < Infinity) this.#schedule(Math.max(restMs, this.#shortestMs()));
  }

  /** @param {number} delayMs */
  #schedule(delayMs) {
    this.#cancel();
    const ask = () => {
      this.#frame = requestAnimationFrame(() => this.#run());
    };
    // A frame comes with the screen's next refresh: a little early, so as not to miss the right one.
    if (delayMs <= earlyMs) ask();
    else this.#timer = setTimeout(ask, delayMs - earlyMs);
  }

  #cancel() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }
}
