// What may be made to go wrong with Telegram, in the words of the page, and how often it is still to come.

import type { Emulator, Fault, ScriptedFault } from '../emulator/contract.ts';
import { faultKinds } from '../web/backstage.ts';
import type { FaultKind, FaultView } from '../web/backstage.ts';

const messages = /^send(?:Message|Photo|Document)$/;
/** Polls go on, so that what goes wrong is seen in the chats. */
const allButPolls = /^(?!getUpdates$)/;

const faults: Record<Exclude<FaultKind, 'twice'>, Fault> = {
  'too-many': { method: messages, times: 5, outcome: { status: 429, retryAfter: 3 } },
  'server-error': {
    method: allButPolls,
    times: 5,
    outcome: { status: 502, html: '<html><body><h1>502 Bad Gateway</h1></body></html>' },
  },
  slow: { method: allButPolls, times: 20, outcome: { delayMs: 2_000 } },
  broken: { method: allButPolls, times: 3, after: true, outcome: 'drop' },
  conflict: { method: 'getUpdates', times: 3, outcome: { status: 409 } },
};
const repeatedUpdates = 5;

/** The faults that were ordered on the page. */
export class FaultBoard {
  readonly #emulator: Emulator;
  #ordered: { kind: FaultKind; fault: ScriptedFault }[] = [];

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  add(kind: FaultKind): void {
    const { faults: scripts } = this.#emulator;
    const fault = kind === 'twice' ? scripts.repeatUpdates(repeatedUpdates) : scripts.add(faults[kind]);
    this.#ordered.push({ kind, fault });
    // Whoever polls next with the same token ends the poll that waits.
    if (kind === 'conflict') this.#emulator.interruptPoll();
  }

  clear(): void {
    for (const { fault } of this.#ordered) fault[Symbol.dispose]();
    this.#ordered = [];
  }

  /** What is still to come, each kind once. */
  view(): FaultView[] {
    this.#ordered = this.#ordered.filter(({ fault }) => fault.left > 0);
    return faultKinds.flatMap((kind) => {
      const same = this.#ordered.filter((one) => one.kind === kind);
      const left = same.reduce((sum, { fault }) => sum + fault.left, 0);
      return left > 0 ? [{ kind, left }] : [];
    });
  }
}
