// A body as it arrives on the wire; what has arrived is still given out when the connection breaks.

import { Readable } from 'node:stream';
import { SpeedWatch } from './least-speed.ts';
import type { Speed } from './least-speed.ts';

/** Steers the place that the bytes come from. */
export interface Tap {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Bytes that may wait for their reader before the tap is turned off. */
const maxWaitingBytes = 16_384;

/** What a body is measured by. */
export interface WireBodyOptions {
  /** The Content-Length, if there is one. */
  promisedBytes: number | undefined;
  /** The slowest that it may come. */
  least: Speed;
  /** What it breaks with when it comes more slowly. */
  tooSlow: () => Error;
}

/** The readable side of a response. A server that sends single bytes costs no more than one that sends them together. */
export class WireBody extends Readable {
  readonly #tap: Tap;
  readonly #promisedBytes: number | undefined;
  readonly #speed: SpeedWatch;
  #arrivedBytes = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isWanted = false;
  /** How it ends when everything that waits is read: null well, an error badly, undefined not yet. */
  #ending: Error | null | undefined;

  constructor(tap: Tap, { promisedBytes, least, tooSlow }: WireBodyOptions) {
    super({ highWaterMark: 0 });
    this.#tap = tap;
    this.#promisedBytes = promisedBytes;
    this.#speed = new SpeedWatch(least, () => this.destroy(tooSlow()));
  }

  /** Takes bytes from the wire. */
  add(chunk: Buffer): void {
    // The parser reports empty pieces too; to a reader an empty piece is no answer.
    if (chunk.length === 0) return;
    this.#arrivedBytes += chunk.length;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#speed.count(chunk.length);
    if (this.#waitingBytes >= maxWaitingBytes) this.#turn('off');
    this.#serve();
  }

  /** Nothing more comes, because of `error` if there is one. After as many bytes as were promised it doesn't matter. */
  finish(error?: Error): void {
    this.#speed[Symbol.dispose]();
    const isWhole = this.#arrivedBytes === this.#promisedBytes;
    this.#ending ??= isWhole ? null : (error ?? null);
    this.#serve();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#serve();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waiting = [];
    this.#speed[Symbol.dispose]();
    if (this.#ending === undefined)
      this.#tap.abort(error ?? new Error('Stopped reading: nobody wants the rest'));
    done(error);
  }

  #serve(): void {
    if (!this.#isWanted || this.destroyed) return;
    if (this.#waiting.length > 0) this.#give();
    else if (this.#ending === null) this.push(null);
    else if (this.#ending) this.destroy(this.#ending);
    else this.#turn('on');
  }

  #turn(to: 'on' | 'off'): void {
    this.#speed.holdBack(to === 'off');
    if (to === 'on') this.#tap.resume();
    else this.#tap.pause();
  }

  #give(): void {
    const [first, ...others] = this.#waiting;
    const chunk = others.length === 0 ? first : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isWanted = false;
    this.push(chunk);
  }
}
