// How often the bot may write: token buckets for each chat and for all chats together.

import { tooManyRequests } from './bot-error.ts';
import type { MovableClock } from './clock.ts';
import type { RateProfile } from './contract.ts';

/** `burst` calls at once, `perS` in the long run. */
interface Allowance {
  burst: number;
  perS: number;
}

interface Limits {
  private: Allowance;
  group: Allowance;
  draft: Allowance;
  all: Allowance;
  /** The shortest wait that is asked for. */
  leastWaitS: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
  closedUntilMs: number;
  waitS: number;
  askedAtMs: number;
}

/** Telegram publishes no numbers: these follow its FAQ (1/s a chat, 20/min a group, 30/s in all) and reports. */
const profiles: Record<Exclude<RateProfile, 'off'>, Limits> = {
  typical: {
    private: { burst: 5, perS: 1 },
    group: { burst: 20, perS: 1 / 3 },
    draft: { burst: 10, perS: 4 },
    all: { burst: 60, perS: 30 },
    leastWaitS: 1,
  },
  harsh: {
    private: { burst: 1, perS: 1 },
    group: { burst: 3, perS: 1 / 3 },
    draft: { burst: 2, perS: 1 },
    all: { burst: 30, perS: 30 },
    leastWaitS: 5,
  },
};

const writing = /^(send|edit|forward|copy)/;
const maxWaitS = 300;
const ignoringMs = 1_000;
const maxBuckets = 10_000;

/** The limits of one bot by its profile. */
export class RateLimits {
  profile: RateProfile;
  readonly #clock: MovableClock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(profile: RateProfile, clock: MovableClock) {
    this.profile = profile;
    this.#clock = clock;
  }

  /** Throws 429 when a call that writes to `chatId` comes too early; the wait grows for those who ignore it. */
  check(method: string, chatId: number | undefined): void {
    if (
      this.profile === 'off' ||
      chatId === undefined ||
      method === 'sendChatAction' ||
      !writing.test(method)
    )
      return;
    const limits = profiles[this.profile];
    if (method === 'sendMessageDraft') return this.#take(`draft ${chatId}`, limits.draft, limits);
    this.#take(`chat ${chatId}`, chatId < 0 ? limits.group : limits.private, limits);
    this.#take('all', limits.all, limits);
  }

  #take(key: string, allowance: Allowance, { leastWaitS }: Limits): void {
    const now = this.#clock.now();
    const bucket = this.#bucket(key, allowance, now);
    if (now < bucket.closedUntilMs) throw this.#refuseAgain(bucket, now);
    const filled = bucket.tokens + ((now - bucket.filledAtMs) / 1000) * allowance.perS;
    bucket.tokens = Math.min(allowance.burst, filled);
    bucket.filledAtMs = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return;
    }
    bucket.waitS = Math.max(leastWaitS, Math.ceil((1 - bucket.tokens) / allowance.perS));
    throw close(bucket, now);
  }

  /** Calls that were under way together ignore nothing; one that comes a second later does. */
  #refuseAgain(bucket: Bucket, now: number): Error {
    if (now - bucket.askedAtMs < ignoringMs)
      return tooManyRequests(Math.ceil((bucket.closedUntilMs - now) / 1000));
    bucket.waitS = Math.min(maxWaitS, bucket.waitS * 2);
    return close(bucket, now);
  }

  #bucket(key: string, { burst }: Allowance, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known) return known;
    const bucket = { tokens: burst, filledAtMs: now, closedUntilMs: 0, waitS: 0, askedAtMs: 0 };
    const oldest = this.#buckets.size >= maxBuckets ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function close(bucket: Bucket, now: number): Error {
  bucket.askedAtMs = now;
  bucket.closedUntilMs = now + bucket.waitS * 1000;
  return tooManyRequests(bucket.waitS);
}
