// A Bot API in memory: for the playground, the tests and the benchmarks.

import { runAnswer } from './calls.ts';
import type { Emulator, EmulatorOptions } from './contract.ts';
import { RateLimits } from './rate-limits.ts';
import { Recorder } from './recorder.ts';
import { listen } from './wire.ts';
import { World } from './world.ts';

/** Starts a local Bot API on 127.0.0.1. Rejects when the port is taken or the token is none. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { token = '1000001:EMULATOR-TOKEN', profile = 'off', recorded = 5_000, port = 0 } = options;
  if (!/^[1-9]\d*:[\w-]{1,64}$/.test(token))
    throw new TypeError('Cannot start the local Bot API: the token is none');
  const world = new World(token, options);
  const recorder = new Recorder(recorded);
  const { faults } = world;
  const limits = new RateLimits(profile, world.clock);
  const parts = { world, recorder, faults, limits };
  world.webhook.onAnswer = (said, signal) => runAnswer(parts, said, signal);
  const wire = await listen(port, token, parts);

  const close = async () => {
    recorder.close(new Error('Cannot wait any longer: the emulator closed'));
    await wire[Symbol.asyncDispose]();
    await world.close();
  };

  return {
    apiRoot: wire.root,
    token,
    bot: world.bot,
    clock: world.clock,
    faults,
    get profile() {
      return limits.profile;
    },
    set profile(value) {
      limits.profile = value;
    },
    person: (spec) => world.person(spec),
    group: (spec) => world.groups.create(spec),
    people: () => [...world.people.values()],
    chats: () => [...world.chats.values()],
    calls: (method) => recorder.calls(method),
    nextCall: (method, waiting) => recorder.next(method, waiting),
    polling: (waiting) => world.longPoll.polling(waiting),
    interruptPoll: () => world.longPoll.interrupt(),
    pending: () => world.queue.size,
    confirmed: (waiting) => world.queue.emptied(waiting),
    deliver: (update) => world.deliver(update),
    listen: (listener) => world.events.listen(listener),
    events: (since) => world.events.after(since),
    snapshot: (shown) => world.snapshot(shown),
    close,
    [Symbol.asyncDispose]: close,
  };
}
