// Scripted misbehaviour: which of the coming calls and updates go wrong, and how.

import type { Fault, Faults, ScriptedFault } from './contract.ts';

interface Scripted {
  readonly fault: Fault | 'repeat';
  left: number;
}

/** The faults that are still to come, oldest first. */
export class FaultList implements Faults {
  readonly #scripted = new Set<Scripted>();
  readonly #listeners = new Set<() => void>();

  add(fault: Fault): ScriptedFault {
    return this.#script({ fault, left: fault.times ?? 1 });
  }

  repeatUpdates(times: number): ScriptedFault {
    return this.#script({ fault: 'repeat', left: times });
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The fault that a call meets, if any; counts as one of its times. */
  take(method: string, chatId: number | undefined): Fault | undefined {
    for (const scripted of this.#scripted) {
      const { fault } = scripted;
      if (fault === 'repeat' || !isMeant(fault, method, chatId)) continue;
      this.#count(scripted);
      return fault;
    }
    return undefined;
  }

  /** Whether the update that comes now comes twice; counts as one of the times. */
  takeRepeat(): boolean {
    const scripted = this.#scripted.values().find(({ fault }) => fault === 'repeat');
    if (scripted) this.#count(scripted);
    return scripted !== undefined;
  }

  #script(scripted: Scripted): ScriptedFault {
    this.#scripted.add(scripted);
    return {
      get left() {
        return scripted.left;
      },
      [Symbol.dispose]: () => {
        scripted.left = 0;
        if (this.#scripted.delete(scripted)) this.#tell();
      },
    };
  }

  #count(scripted: Scripted): void {
    scripted.left -= 1;
    if (scripted.left <= 0) this.#scripted.delete(scripted);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isMeant({ method: wanted, chat }: Fault, method: string, chatId: number | undefined): boolean {
  if (chat !== undefined && chat !== chatId) return false;
  if (wanted === undefined) return true;
  if (typeof wanted === 'string') return wanted.toLowerCase() === method.toLowerCase();
  return method.search(wanted) >= 0;
}
