// The rush hour: fifty people write at once, and it is over when every one of them is answered.

import { later, now } from '../async/clock.ts';
import type { Emulator, EmulatorEvent, Person } from '../emulator/contract.ts';
import type { Ending } from '../events.ts';
import type { RequestView, RushView } from '../web/backstage.ts';
import type { RushMessage } from './rush-plan.ts';

/** Milliseconds that somebody looks at a Cancel button before they tap it. */
const patienceMs = 700;

export interface RushOptions {
  readonly emulator: Emulator;
  readonly crowd: readonly Person[];
  readonly plan: readonly RushMessage[];
  /** Hears how it goes whenever that has changed. */
  readonly onChange: (rush: RushView) => void;
}

/** One rush hour, which begins at once. Disposing it ends it early: nothing more is sent. */
export class RushHour implements Disposable {
  readonly #options: RushOptions;
  readonly #startedAt = now();
  /** Ids of the requests that came of what was sent. */
  readonly #asked = new Set<string>();
  readonly #ended = new Map<string, RequestView>();
  /** Who taps Cancel as soon as there is a button for it, by the data of that button. */
  readonly #impatient = new Map<string, Person>();
  readonly #pending = new DisposableStack();
  #unsent: number;
  #endedAt: number | undefined;

  constructor(options: RushOptions) {
    const { emulator, plan } = options;
    this.#options = options;
    this.#unsent = plan.length;
    this.#pending.defer(emulator.listen((event) => this.#watch(event)));
    for (const message of plan) this.#pending.use(later(message.afterMs, () => this.#send(message)));
  }

  get isOver(): boolean {
    return this.#endedAt !== undefined;
  }

  /** How it goes. */
  view(): RushView {
    const endings: Partial<Record<Ending, number>> = {};
    for (const { ending } of this.#ended.values()) if (ending) endings[ending] = (endings[ending] ?? 0) + 1;
    const times = [...this.#ended.values()].map(({ totalMs = 0 }) => totalMs).toSorted((a, b) => a - b);
    const [medianMs, slowestMs] = [times[times.length >> 1], times.at(-1)];
    return {
      startedAt: this.#startedAt,
      people: this.#options.crowd.length,
      requests: this.#asked.size,
      open: this.#asked.size - this.#ended.size,
      endings,
      ...(medianMs !== undefined && { medianMs }),
      ...(slowestMs !== undefined && { slowestMs }),
      ...(this.#endedAt !== undefined && { endedAt: this.#endedAt }),
    };
  }

  /** Takes note of a request that has changed, whoever's it is. */
  hear(request: RequestView): void {
    if (this.isOver || !this.#asked.has(request.id)) return;
    const wasEnded = this.#ended.delete(request.id);
    if (request.endedAt !== undefined) this.#ended.set(request.id, request);
    // One that was answered just before its process was killed may be taken up again.
    else if (!wasEnded) return;
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#pending.dispose();
    this.#endedAt ??= now();
  }

  #send({ sender, text, isCancelled }: RushMessage): void {
    const person = this.#options.crowd[sender];
    this.#unsent -= 1;
    if (person) {
      const id = this.#ask(() => person.send(text));
      if (isCancelled) this.#impatient.set(`cancel:${id}`, person);
    }
    this.#tell();
  }

  /** Does something in a person's name and remembers the id of the request that comes of it, which is its update's. */
  #ask(act: () => unknown): string | undefined {
    let id: string | undefined;
    const stop = this.#options.emulator.listen((event) => {
      if (event.kind === 'update') id = event.update.update_id.toString(36);
    });
    try {
      act();
    } catch {
      // Whoever has blocked the bot stays away; a button may be gone before it is tapped.
    } finally {
      stop();
    }
    if (id !== undefined) this.#asked.add(id);
    return id;
  }

  #watch(event: EmulatorEvent): void {
    if (event.kind !== 'message') return;
    const { message } = event;
    for (const button of message.reply_markup?.inline_keyboard.flat() ?? []) {
      const data = 'callback_data' in button ? button.callback_data : '';
      const person = this.#impatient.get(data);
      if (!person) continue;
      this.#impatient.delete(data);
      const tap = () => this.#ask(() => swallow(person.tap(data, { message }).answered));
      this.#pending.use(later(patienceMs, tap));
    }
  }

  #tell(): void {
    if (this.isOver) return;
    if (this.#unsent === 0 && this.#ended.size === this.#asked.size) this[Symbol.dispose]();
    this.#options.onChange(this.view());
  }
}

/** Nobody waits for the answer of a tap: it shows in the chat. */
function swallow(answered: Promise<unknown>): void {
  answered.catch(() => {});
}
