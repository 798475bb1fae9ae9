// The bot's webhook: what was set, what went wrong last, and the delivery that works on it.

import type { WebhookInfo } from 'grammy/types';
import { defaultKinds } from './allowed-updates.ts';
import type { UpdateKind } from './allowed-updates.ts';
import type { Arguments } from './arguments.ts';
import { badRequest, tooManyRequests } from './bot-error.ts';
import { checkWebhookAddress, readWebhookUrl } from './webhook-address.ts';
import { Delivery } from './webhook-delivery.ts';
import type { World } from './world.ts';

/** What setWebhook asks for. */
export interface WebhookWish {
  /** Not ''. */
  url: string;
  secretToken: string;
  maxConnections: number;
  /** The kinds of updates from now on; undefined: as before. */
  allowed: ReadonlySet<string> | undefined;
  dropPending: boolean;
}

type Settings = Omit<WebhookWish, 'allowed' | 'dropPending'>;

const settingSpacingMs = 1_000;
const maxSecretCharacters = 256;

/** One bot's webhook, if it has one. */
export class Webhook {
  readonly #world: World;
  readonly #timeoutMs: number;
  readonly #closing = new Set<Promise<void>>();
  #current: { settings: Settings; delivery: Delivery } | undefined;
  #lastError: { last_error_date: number; last_error_message: string } | undefined;
  #nextSettingAt = -Infinity;
  /** Carries out the method that an answer to an update names. */
  onAnswer: (said: Arguments, signal: AbortSignal) => Promise<void> = async () => {};

  /** An answer to an update may take `timeoutMs`. */
  constructor(world: World, timeoutMs: number) {
    this.#world = world;
    this.#timeoutMs = timeoutMs;
    world.queue.onPush(() => this.#wake());
    world.clock.onAdvance(() => this.#wake());
  }

  get isSet(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Sets the webhook, unless it is set so already, and says which of the two. Ends a waiting getUpdates. Throws what
   * Telegram says of a wrong wish; the webhook before is gone then, too.
   */
  set({ allowed, dropPending, ...settings }: WebhookWish): string {
    const { clock, longPoll, queue } = this.#world;
    if (clock.now() < this.#nextSettingAt) throw tooManyRequests(1);
    this.#nextSettingAt = clock.now() + settingSpacingMs;
    if (!dropPending && this.#isSetSo(settings)) {
      this.#world.allowed = allowed ?? this.#world.allowed;
      return 'Webhook is already set';
    }
    longPoll.interrupt('setWebhook');
    this.#end();
    if (dropPending) queue.clear();
    const address = readWebhookUrl(settings.url);
    checkSecret(settings.secretToken);
    this.#world.allowed = allowed ?? this.#world.allowed;
    checkWebhookAddress(address);
    this.#current = { settings, delivery: this.#deliverTo(address, settings) };
    this.#wake();
    return 'Webhook was set';
  }

  /** Removes the webhook, and the updates too if told; says whether there was one. */
  remove(dropPending: boolean): string {
    const wasSet = this.isSet;
    this.#end();
    if (dropPending) this.#world.queue.clear();
    return wasSet ? 'Webhook was deleted' : 'Webhook is already deleted';
  }

  /** What getWebhookInfo answers. */
  info(): WebhookInfo {
    const { queue, allowed } = this.#world;
    const settings = this.#current?.settings;
    const isDefault = allowed.symmetricDifference(defaultKinds).size === 0;
    return {
      url: settings?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: queue.size,
      ...(!isDefault && { allowed_updates: [...allowed] as UpdateKind[] }),
      ...this.#lastError,
      ...(settings && { max_connections: settings.maxConnections }),
    };
  }

  /** Settles when no request to a webhook is left. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#closing);
  }

  #isSetSo({ url, secretToken, maxConnections }: Settings): boolean {
    const now = this.#current?.settings;
    return now?.url === url && now.secretToken === secretToken && now.maxConnections === maxConnections;
  }

  #wake(): void {
    this.#current?.delivery.wake();
  }

  #deliverTo(address: URL, { secretToken, maxConnections }: Settings): Delivery {
    const { queue, clock, files } = this.#world;
    const target = { address, secretToken, maxConnections, timeoutMs: this.#timeoutMs };
    return new Delivery(target, {
      queue,
      clock,
      files,
      failed: (why) => {
        this.#lastError = { last_error_date: clock.seconds(), last_error_message: why };
      },
      answered: (said, signal) => this.onAnswer(said, signal),
      gone: () => this.#end(),
    });
  }

  #end(): void {
    const closing = this.#current?.delivery.close();
    this.#current = undefined;
    this.#lastError = undefined;
    if (!closing) return;
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

function checkSecret(secret: string): void {
  if (secret.length > maxSecretCharacters) throw badRequest('secret token is too long');
  if (!/^[\w-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
}
