// Everything behind the playground's page in one place: what happened, how things stand, and what may be ordered.

import { currentPace, later, now, setPace } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import type { Config } from '../config.ts';
import type { Chat, Emulator, EmulatorEvent } from '../emulator/contract.ts';
import type { SampleWeb } from '../emulator/sample-web.ts';
import type {
  Backstage,
  BackstageBody,
  ClockView,
  LoadView,
  RawEvent,
  RequestView,
} from '../web/backstage.ts';
import type { Engine } from './engine.ts';
import { FaultBoard } from './faults.ts';
import { EventJournal } from './journal.ts';
import { People } from './people.ts';
import { RequestBook } from './requests.ts';
import { RushHour } from './rush-hour.ts';
import { planRush } from './rush-plan.ts';

const keptLoads = 600;
const keptRaw = 500;
/** Messages of each of the crowd's chats that a page is shown at first. */
const shownOfCrowd = 20;
/** Real milliseconds in which a new process of the bot has taken up what the one before left. */
const takenUpMs = 1_000;
/** The fastest clock at which fifty people can be served: the computer's own work counts as often. */
const rushPace = 10;

/** What goes on behind the page. */
export interface BackstageOptions {
  readonly emulator: Emulator;
  readonly engine: Engine;
  /** Where everybody meets who is added. */
  readonly group: Chat;
  readonly address: SampleWeb['address'];
  readonly config: Pick<
    Config,
    'adminIds' | 'slots' | 'downloadSlots' | 'share' | 'waitingPerPerson' | 'waitingTotal'
  >;
}

/** Listens to the emulator and the engine until it is disposed. */
export function openBackstage({
  emulator,
  engine,
  group,
  address,
  config,
}: BackstageOptions): Backstage & Disposable {
  const parts = new DisposableStack();
  const journal = new EventJournal();
  const people = new People(emulator, group, config.adminIds);
  const faults = new FaultBoard(emulator);
  const loads: LoadView[] = [{ at: now(), running: 0, waiting: 0 }];
  const raw: RawEvent[] = [];
  let rush: RushHour | undefined;
  let settling: Later | undefined;

  const tell = (body: BackstageBody) => journal.add(body);
  const requests = new RequestBook((request: RequestView) => {
    tell({ kind: 'request', request });
    rush?.hear(request);
  });
  const takeLoad = (load: LoadView) => {
    keepNewest(loads, load, keptLoads);
    tell({ kind: 'load', load });
  };
  const takeEvent = (event: EmulatorEvent) => {
    if (event.kind === 'person') return tell({ kind: 'person', person: people.view(event.person) });
    if (isEmptyPoll(event)) return;
    if (event.kind === 'update' || event.kind === 'call') keepNewest(raw, event, keptRaw);
    journal.add(event);
  };

  parts.defer(emulator.listen(takeEvent));
  parts.defer(emulator.faults.listen(() => tell({ kind: 'faults', faults: faults.view() })));
  parts.defer(() => rush?.[Symbol.dispose]());
  parts.defer(() => settling?.[Symbol.dispose]());
  engine.events.on('accepted', (event) => requests.accept(event));
  engine.events.on('waiting', (event) => requests.enter('waiting', event));
  engine.events.on('running', (event) => requests.enter('running', event));
  engine.events.on('ended', (event) => requests.end(event));
  engine.events.on('load', takeLoad);
  engine.onState((state) => {
    tell({ kind: 'engine', state });
    if (state === 'down') {
      requests.interrupt(now());
      takeLoad({ at: now(), running: 0, waiting: 0 });
    }
    settling?.[Symbol.dispose]();
    if (state === 'up') settling = later(takenUpMs * currentPace().pace, () => requests.settleLost());
  });

  const clock = (): ClockView => ({ at: now(), pace: currentPace().pace });
  const hurry = (pace: number): ClockView => {
    setPace(pace);
    engine.setPace(currentPace());
    tell({ kind: 'clock', clock: clock() });
    return clock();
  };
  return {
    journal,
    state() {
      const shown = (chatId: number) => (people.isCrowd(chatId) ? shownOfCrowd : undefined);
      const snapshot = emulator.snapshot({ shown });
      const { slots, downloadSlots, share, waitingPerPerson, waitingTotal } = config;
      return {
        ...snapshot,
        seq: journal.seq,
        people: snapshot.people.map((person) => people.view(person)),
        clock: clock(),
        engine: {
          state: engine.state,
          limits: { slots, downloadSlots, share, waitingPerPerson, waitingTotal },
          load: loads.at(-1) ?? { at: now(), running: 0, waiting: 0 },
          loads,
          requests: requests.all(),
        },
        raw,
        faults: faults.view(),
        rush: rush?.view() ?? null,
      };
    },
    addPerson: (name) => people.add(name).id,
    setAdmin(personId, isAdmin) {
      people.setAdmin(personId, isAdmin);
      engine.setAdmin(personId, isAdmin);
      const person = people.viewOf(personId);
      if (person) tell({ kind: 'person', person });
    },
    startRush() {
      if (rush && !rush.isOver) throw new Error('Cannot start a rush hour: one is going on');
      if (currentPace().pace > rushPace) hurry(rushPace);
      const crowd = people.crowd();
      const plan = planRush(crowd.length, address);
      rush = new RushHour({ emulator, crowd, plan, onChange: (view) => tell({ kind: 'rush', rush: view }) });
      tell({ kind: 'rush', rush: rush.view() });
      return rush.view();
    },
    addFault(kind) {
      faults.add(kind);
      tell({ kind: 'faults', faults: faults.view() });
      return faults.view();
    },
    clearFaults() {
      faults.clear();
      return faults.view();
    },
    killBot: () => engine.kill(),
    setPace(pace) {
      if (rush && !rush.isOver && pace > rushPace) {
        throw new Error(`Cannot set the clock to ×${pace}: a rush hour is going on`);
      }
      return hurry(pace);
    },
    [Symbol.dispose]: () => parts.dispose(),
  };
}

/** Polls that bring nothing would fill the log. */
function isEmptyPoll(event: EmulatorEvent): boolean {
  if (event.kind !== 'call' || event.call.method !== 'getUpdates' || !event.call.ok) return false;
  return Array.isArray(event.call.answer) && event.call.answer.length === 0;
}

function keepNewest<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}
