// Scripted misbehaviour: which of the coming calls go wrong, and how.

import type { Fault, Faults } from './contract.ts';

interface Scripted {
  fault: Fault;
  left: number;
}

/** The faults that are still to come, oldest first. */
export class FaultList implements Faults {
  readonly #scripted = new Set<Scripted>();

  add(fault: Fault): Disposable {
    const scripted = { fault, left: fault.times ?? 1 };
    this.#scripted.add(scripted);
    return { [Symbol.dispose]: () => void this.#scripted.delete(scripted) };
  }

  /** The fault that a call meets, if any; counts as one of its times. */
  take(method: string, chatId: number | undefined): Fault | undefined {
    for (const scripted of this.#scripted) {
      if (!isMeant(scripted.fault, method, chatId)) continue;
      scripted.left -= 1;
      if (scripted.left <= 0) this.#scripted.delete(scripted);
      return scripted.fault;
    }
    return undefined;
  }
}

function isMeant({ method: wanted, chat }: Fault, method: string, chatId: number | undefined): boolean {
  if (chat !== undefined && chat !== chatId) return false;
  if (wanted === undefined) return true;
  if (typeof wanted === 'string') return wanted.toLowerCase() === method.toLowerCase();
  return method.search(wanted) >= 0;
}
