// The bot's process in the playground: the very same service, which takes orders from its parent and ends with it.

import { once } from 'node:events';
import { setPace } from '../async/clock.ts';
import { createEvents } from '../events.ts';
import type { EventMap, Events } from '../events.ts';
import { createLog, logRequests } from '../log.ts';
import { StartError, startService } from '../service.ts';
import type { Service } from '../service.ts';
import { unpackConfig } from './bot-messages.ts';
import type { EngineEvent, Order, Report } from './bot-messages.ts';

/** Milliseconds after which the process ends whatever may still hang. */
const lastResortMs = 9_700;
/** Every event by its name, so that none is forgotten. */
const names = Object.keys({
  accepted: true,
  waiting: true,
  running: true,
  ended: true,
  trouble: true,
  polled: true,
  load: true,
} satisfies Record<keyof EventMap, true>) as (keyof EventMap)[];

const stopping = stopSignal();
const first = await Promise.race([firstOrder(), aborted(stopping)]);
if (first?.do === 'start') await run(first);
if (process.connected) process.disconnect?.();

async function run({ config: sent, pace }: Extract<Order, { do: 'start' }>): Promise<void> {
  setPace(pace);
  const config = unpackConfig(sent);
  const log = createLog(config);
  const events = createEvents();
  logRequests(events, log);
  forward(events);
  let service: Service | undefined;
  const appointed: Extract<Order, { do: 'set admin' }>[] = [];
  const obey = (order: Order) => {
    if (order.do === 'set pace') setPace(order.pace);
    if (order.do !== 'set admin') return;
    if (service) service.admins.set(order.personId, order.isAdmin);
    else appointed.push(order);
  };
  process.on('message', obey);
  try {
    service = await startService(config, { log, events, signal: stopping });
    appointed.forEach(obey);
    report({ tells: 'up' });
    await Promise.race([service.task, aborted(stopping)]);
    await service.stop();
  } catch (error) {
    await service?.stop();
    if (stopping.aborted) return;
    report({ tells: 'failure', message: say(error), isMendable: error instanceof StartError });
    process.exitCode = 1;
  } finally {
    process.off('message', obey);
  }
}

async function firstOrder(): Promise<Order> {
  const [order] = (await once(process, 'message')) as [Order];
  return order;
}

function forward(events: Events): void {
  for (const name of names) {
    events.on(name, (body: EventMap[typeof name][0]) =>
      report({ tells: 'event', event: { name, body } as EngineEvent }),
    );
  }
}

/** A parent that is gone hears nothing, and its end is what ends this process. */
function report(message: Report): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Aborts when the parent says so or is gone. Ctrl-C reaches both processes: the parent is the one to decide. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) => {
    if (controller.signal.aborted) return;
    controller.abort(new DOMException(`Bot: ${why}`, 'AbortError'));
    setTimeout(() => process.exit(0), lastResortMs).unref();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => {});
  process.on('disconnect', () => stop('its parent is gone'));
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function say(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
