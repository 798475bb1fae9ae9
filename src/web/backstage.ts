// What stands behind the playground's page: the bot as its engine tells of it, the rush hour, faults, the clock.

import type { EmulatorEvent } from '../emulator/contract.ts';
import type { PersonView } from '../emulator/events.ts';
import type { Ending } from '../events.ts';

/** Whether the bot's process is there. */
export type EngineState = 'starting' | 'up' | 'down';

/** How many slots are in use and how many requests wait for one. */
export interface LoadView {
  readonly at: number;
  readonly running: number;
  readonly waiting: number;
}

/** What a request does from a moment on; `interrupted` while the bot's process is gone. */
export interface RequestPhase {
  readonly state: 'waiting' | 'running' | 'interrupted';
  readonly at: number;
}

/** One request from its acceptance to its end; times are milliseconds of the playground's clock. */
export interface RequestView {
  readonly id: string;
  readonly personId: number;
  readonly chatId: number;
  readonly handler: string;
  readonly acceptedAt: number;
  readonly phases: readonly RequestPhase[];
  readonly endedAt?: number;
  readonly ending?: Ending;
  readonly waitMs?: number;
  readonly totalMs?: number;
}

/** How a rush hour goes; the times of its answers once there are some. */
export interface RushView {
  readonly startedAt: number;
  readonly people: number;
  /** Sent so far. */
  readonly requests: number;
  /** Not answered yet. */
  readonly open: number;
  readonly endings: Readonly<Partial<Record<Ending, number>>>;
  readonly medianMs?: number;
  readonly slowestMs?: number;
  readonly endedAt?: number;
}

/** What may be made to go wrong. */
export const faultKinds = ['too-many', 'server-error', 'slow', 'broken', 'twice', 'conflict'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** How often a fault is still to come. */
export interface FaultView {
  readonly kind: FaultKind;
  readonly left: number;
}

/** How many milliseconds the playground may count for each real one. */
export const paces = [1, 10, 60] as const;

/** The playground's clock: milliseconds since 1970, and how many of them pass in a real one. */
export interface ClockView {
  readonly at: number;
  readonly pace: number;
}

/** The bot's process and what it works on. */
export interface EngineView {
  readonly state: EngineState;
  readonly limits: {
    readonly slots: number;
    readonly downloadSlots: number;
    readonly share: number;
    readonly waitingPerPerson: number;
    readonly waitingTotal: number;
  };
  readonly load: LoadView;
  /** Oldest first. */
  readonly loads: readonly LoadView[];
  /** By the time of their acceptance. */
  readonly requests: readonly RequestView[];
}

/** A person as the page shows them; `isCrowd`: they only come to the rush hour. */
export interface VisitorView extends PersonView {
  readonly isAdmin: boolean;
  readonly isCrowd: boolean;
}

/** Everything that the page is told beside the events of the local Bot API. */
export type BackstageBody =
  | { readonly kind: 'person'; readonly person: VisitorView }
  | { readonly kind: 'request'; readonly request: RequestView }
  | { readonly kind: 'load'; readonly load: LoadView }
  | { readonly kind: 'engine'; readonly state: EngineState }
  | { readonly kind: 'clock'; readonly clock: ClockView }
  | { readonly kind: 'faults'; readonly faults: readonly FaultView[] }
  | { readonly kind: 'rush'; readonly rush: RushView };

/** An update or a call as it went over the wire. */
export type RawEvent = Extract<EmulatorEvent, { kind: 'update' | 'call' }>;

/** One event as it is sent: its number and itself as JSON. */
export interface Line {
  readonly seq: number;
  readonly json: string;
}

/** All events that the page is told, numbered one after another from 1. */
export interface Journal {
  /** Number of the newest event. */
  readonly seq: number;
  /** At most `most` events after number `since`, oldest first; undefined when some of them are forgotten. */
  after(since: number, most: number): readonly Line[] | undefined;
  /** Calls `listener` whenever there is something new; the result stops that. */
  listen(listener: () => void): () => void;
}

/** The state of all of it after the event `seq` of the journal. */
export interface BackstageState {
  readonly seq: number;
  readonly at: number;
  readonly people: readonly VisitorView[];
  readonly clock: ClockView;
  readonly engine: EngineView;
  /** Oldest first. */
  readonly raw: readonly RawEvent[];
  readonly faults: readonly FaultView[];
  readonly rush: RushView | null;
}

/** What the page's orders reach. Whatever is refused throws an Error that says why. */
export interface Backstage {
  readonly journal: Journal;
  /** The state, together with the emulator's. */
  state(): BackstageState & object;
  /** Somebody new, in the group too; named here unless told. Returns their id. */
  addPerson(name?: string): number;
  setAdmin(personId: number, isAdmin: boolean): void;
  startRush(): RushView;
  addFault(kind: FaultKind): readonly FaultView[];
  clearFaults(): readonly FaultView[];
  /** Kills the bot's process, which is started again. */
  killBot(): void;
  setPace(pace: number): ClockView;
}
