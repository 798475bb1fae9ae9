// The newest requests as the page draws them, put together from the engine's events.
//
// A request is accepted, waits and runs by turns, and ends. When the bot's process goes away it is interrupted; the next
// process accepts it again under the same id, and it goes on where it was.

import type { EventMap } from '../events.ts';
import type { RequestPhase, RequestView } from '../web/backstage.ts';

/** Beyond so many the oldest that have ended are forgotten; how many can be open, the engine's limits bound. */
const kept = 1_000;

/** What the engine tells in one event of that name. */
type Told<K extends keyof EventMap> = EventMap[K][0];

export class RequestBook {
  readonly #views = new Map<string, RequestView>();
  /** Ids of what was interrupted and is not taken up again yet. */
  readonly #lost = new Set<string>();
  readonly #onChange: (request: RequestView) => void;

  /** `onChange` hears of every request that is new or has changed. */
  constructor(onChange: (request: RequestView) => void) {
    this.#onChange = onChange;
  }

  /** The newest 1,000 and whatever older ones are open, by the time of their acceptance. */
  all(): RequestView[] {
    return [...this.#views.values()];
  }

  accept({ id, person, chat, handler, at }: Told<'accepted'>): void {
    this.#lost.delete(id);
    const known = this.#views.get(id);
    const { acceptedAt = at, phases = [] } = known ?? {};
    this.#put({ id, personId: person, chatId: chat, handler, acceptedAt, phases });
    if (this.#views.size > kept) this.#forgetOldestEnded();
  }

  enter(state: RequestPhase['state'], { id, at }: { id: string; at: number }): void {
    const view = this.#views.get(id);
    if (view) this.#put({ ...view, phases: [...view.phases, { state, at }] });
  }

  end({ id, ending, waitMs, totalMs, at }: Told<'ended'>): void {
    const view = this.#views.get(id);
    if (view) this.#put({ ...view, endedAt: at, ending, waitMs, totalMs });
  }

  /** Everything unfinished loses its process. */
  interrupt(at: number): void {
    for (const { id, endedAt, phases } of this.all()) {
      if (endedAt !== undefined) continue;
      this.#lost.add(id);
      if (phases.at(-1)?.state !== 'interrupted') this.enter('interrupted', { id, at });
    }
  }

  /**
   * What the next process has not taken up again was answered in the last moments of the one before, which could not
   * tell any more.
   */
  settleLost(): void {
    for (const id of this.#lost) {
      const view = this.#views.get(id);
      const at = view?.phases.at(-1)?.at;
      if (!view || at === undefined) continue;
      const totalMs = at - view.acceptedAt;
      this.end({ id, handler: view.handler, ending: 'answered', waitMs: 0, totalMs, at });
    }
    this.#lost.clear();
  }

  #put(view: RequestView): void {
    this.#views.set(view.id, view);
    this.#onChange(view);
  }

  #forgetOldestEnded(): void {
    const oldest = this.#views.values().find(({ endedAt }) => endedAt !== undefined);
    if (oldest) this.#views.delete(oldest.id);
  }
}
