// What a method of the Bot API is here.

import type { Arguments } from '../arguments.ts';
import type { World } from '../world.ts';

/** One call of a method. */
export interface MethodCall {
  readonly world: World;
  readonly args: Arguments;
  /** Aborted when the client leaves. Made on demand, since few methods wait. */
  readonly signal: () => AbortSignal;
}

/** Carries out a call: its `result`, or a thrown `BotError`. */
export type Method = (call: MethodCall) => unknown;
