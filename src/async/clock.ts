// Time as this process counts it: the computer's own, or faster where long waits are to be seen.
//
// Whatever people wait for is counted here. What guards against a mute socket or a stuck child counts real time.

/** A moment from which a clock goes on at some pace. */
interface Origin {
  readonly real: number;
  readonly counted: number;
}

/** What two processes have to share to count the same time; both numbers are milliseconds of the Unix clock. */
export interface Pace extends Origin {
  /** How many milliseconds are counted for each real one. */
  readonly pace: number;
}

/** The most a timer holds, in milliseconds; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

let pace = 1;
let wall: Origin = { real: 0, counted: 0 };
let steady: Origin = { real: 0, counted: 0 };
const pending = new Set<Timer>();

/** Milliseconds of the Unix clock. */
export function now(): number {
  return Math.floor(count(Date.now(), wall));
}

/** Milliseconds since some moment, which no correction of the computer's clock disturbs. */
export function uptime(): number {
  return count(performance.now(), steady);
}

/** Something that will be done; disposing it is not doing it. */
export interface Later extends Disposable {
  /** Lets the process end without it. */
  unref(): this;
}

/** Calls `run` in `ms` milliseconds, at once when `ms` ≤ 0, and no later than in 24 days. */
export function later(ms: number, run: () => void): Later {
  return new Timer(ms, run);
}

/** What another process needs to count the same time. */
export function currentPace(): Pace {
  const real = Date.now();
  return { real, counted: count(real, wall), pace };
}

/**
 * Counts `next` milliseconds for each real one from now on; timers under way keep pace. With a `Pace`, counts the time
 * of the process that it comes from. Throws a RangeError for a pace that is not above 0.
 */
export function setPace(next: number | Pace): void {
  const to = typeof next === 'number' ? { ...currentPace(), pace: next } : next;
  if (!(to.pace > 0)) throw new RangeError(`Cannot set the clock's pace: ${to.pace} is not above 0`);
  const real = performance.now();
  steady = { real, counted: count(real, steady) };
  wall = to;
  pace = to.pace;
  for (const timer of pending) timer.rearm();
}

function count(real: number, origin: Origin): number {
  return origin.counted + (real - origin.real) * pace;
}

class Timer implements Later {
  readonly #dueAt: number;
  readonly #run: () => void;
  #handle: NodeJS.Timeout;

  constructor(ms: number, run: () => void) {
    this.#dueAt = uptime() + Math.min(Math.max(ms, 0), longestMs);
    this.#run = run;
    this.#handle = this.#arm(Math.min(Math.max(ms, 0), longestMs));
    pending.add(this);
  }

  unref(): this {
    this.#handle.unref();
    return this;
  }

  /** Waits for what is left, at the pace of now. */
  rearm(): void {
    const holdsProcess = this.#handle.hasRef();
    clearTimeout(this.#handle);
    this.#handle = this.#arm(Math.max(0, this.#dueAt - uptime()));
    if (!holdsProcess) this.#handle.unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
    pending.delete(this);
  }

  #arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      pending.delete(this);
      this.#run();
    }, ms / pace);
  }
}
