// What is not worked on because its chat has too much in hand already: the person is told, many times in one message.

import type { Request } from '../handler.ts';
import type { BusyNotices } from './busy-notices.ts';
import { isShutOut } from './call-failure.ts';
import { UncertainError } from './caller.ts';
import { pressOf } from './presses.ts';
import type { Presses } from './presses.ts';
import type { Speaker } from './speaker.ts';

export interface TurnAwayOptions {
  speaker: Speaker;
  presses: Presses;
  busy: BusyNotices;
}

/**
 * Says that `waiting` requests wait already: to a press over the chat, else in the chat's next notice. Rejects when
 * Telegram cannot be reached.
 */
export async function turnAway(
  request: Request,
  waiting: number,
  { speaker, presses, busy }: TurnAwayOptions,
): Promise<void> {
  const t = await speaker.translateFor(request);
  const words = { text: t('error-busy-person', { waiting }) };
  const press = pressOf(request);
  if (press) {
    void presses.answer(press, words.text);
    return;
  }
  try {
    await busy.add(request, { words }, t);
  } catch (error) {
    // It may have arrived, or nobody can be told.
    if (!(error instanceof UncertainError) && !isShutOut(error)) throw error;
  }
}
