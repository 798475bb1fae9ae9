// Whose doing an update is.

import type { Update } from 'grammy/types';

/** The id of the person who caused `update`, whatever it is about; undefined when nobody did. */
export function personOf(update: Update): number | undefined {
  for (const content of Object.values(update) as unknown[]) {
    if (typeof content !== 'object' || content === null) continue;
    const { from, chat } = content as { from?: { id?: number }; chat?: { id?: number; type?: string } };
    const id = from?.id ?? (chat?.type === 'private' ? chat.id : undefined);
    if (id !== undefined) return id;
  }
  return undefined;
}
