// What the playground and the bot's process say to each other.

import { BlockList } from 'node:net';
import type { Pace } from '../async/clock.ts';
import type { AllowRule, Config } from '../config.ts';
import type { EventMap } from '../events.ts';

/** What the bot's process is told. */
export type Order =
  | { readonly do: 'start'; readonly config: SentConfig; readonly pace: Pace }
  | { readonly do: 'set admin'; readonly personId: number; readonly isAdmin: boolean }
  | { readonly do: 'set pace'; readonly pace: Pace };

/** One event of the engine, with its name. */
export type EngineEvent = {
  [K in keyof EventMap]: { readonly name: K; readonly body: EventMap[K][0] };
}[keyof EventMap];

/** What the bot's process tells; `isMendable` is what its operator can mend. */
export type Report =
  | { readonly tells: 'up' }
  | { readonly tells: 'failure'; readonly message: string; readonly isMendable: boolean }
  | { readonly tells: 'event'; readonly event: EngineEvent };

/** The settings as they can be sent: ranges of addresses as text. */
export interface SentConfig extends Omit<Config, 'allowHosts'> {
  readonly allowHosts: readonly SentRule[];
}

type RangeRule = Extract<AllowRule, { kind: 'range' }>;
type SentRule =
  | Exclude<AllowRule, RangeRule>
  | (Omit<RangeRule, 'range'> & { readonly range: readonly string[] });

export function packConfig(config: Config): SentConfig {
  const allowHosts = config.allowHosts.map((rule) =>
    rule.kind === 'range' ? { ...rule, range: rule.range.toJSON() } : rule,
  );
  return { ...config, allowHosts };
}

export function unpackConfig(sent: SentConfig): Config {
  const allowHosts = sent.allowHosts.map((rule) => {
    if (rule.kind !== 'range') return rule;
    const range = new BlockList();
    range.fromJSON(rule.range);
    return { ...rule, range };
  });
  return { ...sent, allowHosts };
}
