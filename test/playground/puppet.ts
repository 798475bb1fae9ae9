// A backstage whose engine is moved by the test instead of a bot's process.

import type { Pace } from '../../src/async/clock.ts';
import { readConfig } from '../../src/config.ts';
import type { Chat, Emulator } from '../../src/emulator/contract.ts';
import { createEvents } from '../../src/events.ts';
import type { Engine } from '../../src/playground/engine.ts';
import { openBackstage } from '../../src/playground/backstage.ts';
import type { Backstage, EngineState } from '../../src/web/backstage.ts';

/** An engine that does nothing by itself and remembers what it was ordered. */
export class PuppetEngine implements Engine {
  readonly events = createEvents();
  readonly orders: unknown[] = [];
  #state: EngineState = 'up';
  readonly #listeners = new Set<(state: EngineState) => void>();

  get state(): EngineState {
    return this.#state;
  }

  onState(listener: (state: EngineState) => void): void {
    this.#listeners.add(listener);
  }

  /** Brings it into another state, as its process would. */
  enter(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  setAdmin(personId: number, isAdmin: boolean): void {
    this.orders.push({ personId, isAdmin });
  }

  setPace({ pace }: Pace): void {
    this.orders.push({ pace });
  }

  kill(): void {
    if (this.#state === 'down') throw new Error('Cannot kill the bot: it is down');
    this.orders.push('kill');
    this.enter('down');
  }
}

/** A backstage and what moves it. */
export interface Puppet {
  backstage: Backstage & Disposable;
  engine: PuppetEngine;
}

/** Opens a backstage over `emulator` with such an engine. */
export function openPuppet(emulator: Emulator, group: Chat): Puppet {
  const engine = new PuppetEngine();
  const address = (site: string, path = '/') => `http://${site}.localhost:1${path}`;
  return {
    engine,
    backstage: openBackstage({ emulator, engine, group, address, config: readConfig({}) }),
  };
}
