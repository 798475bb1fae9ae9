// Nothing goes out for an update that another instance may be answering: what waited long is asked for once more.

import type { Entry, Inbox } from '../work/inbox.ts';

/**
 * What to wait for before something is sent for an update; it rejects when nothing more may be. Undefined where an update
 * cannot become another process's.
 */
export function untilOurs(inbox: Inbox, { hold }: Entry): (() => Promise<void>) | undefined {
  if (!hold) return undefined;
  return async () => {
    if (!inbox.isSure) await inbox.untilSure({ signal: hold });
    hold.throwIfAborted();
  };
}
