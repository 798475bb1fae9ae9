// The whole playground for a test: the bot in its own process, people, the sample web, and its page's routes.

import { pino } from 'pino';
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Person } from '../../src/emulator/contract.ts';
import { startPlayground } from '../../src/playground/playground.ts';
import type { Playground } from '../../src/playground/playground.ts';
import type { BackstageState, EngineState } from '../../src/web/backstage.ts';

/** A playground and what a test asks of it. */
export interface Stage extends AsyncDisposable {
  playground: Playground;
  ann: Person;
  state(): BackstageState;
  /** Settles when `test` holds, now or after one of the coming events. */
  until(test: (state: BackstageState) => boolean): Promise<BackstageState>;
  /** Settles when the bot's process has come into that state. */
  enters(state: EngineState): Promise<void>;
  /** An address of the sample web. */
  address(site: string): string;
}

/** Starts a playground. */
export async function startStage(settings: NodeJS.ProcessEnv = {}): Promise<Stage> {
  const config = readConfig({ LOG_LEVEL: 'silent', ...settings });
  const playground = await startPlayground(config, { log: pino({ enabled: false }) });
  const { backstage, emulator } = playground;
  const [ann] = emulator.people();
  if (!ann) expect.fail('Ann is missing');
  const until: Stage['until'] = (test) =>
    new Promise((resolve) => {
      let isDue = false;
      const look = () => {
        isDue = false;
        const state = backstage.state();
        if (!test(state)) return;
        stop();
        resolve(state);
      };
      // A state is large: one look is enough for events that come together.
      const stop = backstage.journal.listen(() => {
        if (!isDue) setImmediate(look);
        isDue = true;
      });
      look();
    });
  return {
    playground,
    ann,
    until,
    state: () => backstage.state(),
    enters: async (wanted) => void (await until(({ engine }) => engine.state === wanted)),
    address: playground.address,
    [Symbol.asyncDispose]: () => playground[Symbol.asyncDispose](),
  };
}

/** What the bot has said to somebody, as it is now. */
export function said({ chat }: Person): (string | undefined)[] {
  return chat.messages.filter(({ from }) => from?.is_bot).map(({ text, caption }) => text ?? caption);
}
