// Where Telegram brings updates: who is let in, what an update is, and when Telegram may count it as taken.

import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Update } from 'grammy/types';
import { z } from 'zod';
import { isUpdateId } from '../work/request-id.ts';
import { HttpError, parseJson, readBody } from './exchange.ts';
import type { Route } from './exchange.ts';

/** What the route of a webhook is made of. */
export interface WebhookRouteOptions {
  /** The webhook's address; its path is the route's. */
  readonly url: string;
  /** What Telegram sends along to be known by. */
  readonly secret: string;
  /** Resolves when the update is safe, rejects when it cannot be taken now. `signal` aborts when nobody waits any more. */
  readonly deliver: (update: Update, options: { signal: AbortSignal }) => Promise<void>;
}

const maxBytes = 1_000_000;
/** Without this hint Telegram waits longer after every failure, up to two minutes. */
const retryAfterS = 2;

const anUpdate = z.looseObject({ update_id: z.number().refine(isUpdateId) });

/**
 * Takes updates as Telegram sends them (Bot API, setWebhook): 200 once one is safe, 503 when it cannot be taken now. Whoever does not
 * know the secret learns nothing but that (401), before a body is read.
 */
export function webhookRoute({ url, secret, deliver }: WebhookRouteOptions): Route {
  const isKnown = comparer(secret);
  return {
    method: 'POST',
    path: new URL(url).pathname,
    async handle({ request, response }) {
      if (!isKnown(String(request.headers['x-telegram-bot-api-secret-token'] ?? '')))
        throw new HttpError(401, 'Cannot take the update: the secret is wrong');
      const signal = leaving(response);
      const update = await readUpdate(request);
      try {
        await deliver(update, { signal });
      } catch (cause) {
        response.setHeader('retry-after', retryAfterS);
        throw new HttpError(503, 'Cannot take the update now', { cause });
      }
      response.writeHead(200, { 'content-length': 0 }).end();
    },
  };
}

/** Compares with a secret in a time that tells nothing of it, its length included. */
function comparer(secret: string): (text: string) => boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const expected = digest(secret);
  return (text) => timingSafeEqual(digest(text), expected);
}

/** Aborts when the connection is closed before the answer went out. */
function leaving(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new DOMException('Delivery: broken off', 'AbortError'));
  });
  return controller.signal;
}

async function readUpdate(request: IncomingMessage): Promise<Update> {
  const type = request.headers['content-type'] ?? 'application/json';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new HttpError(415, 'Cannot read the update: it is said to be no JSON');
  return parseJson(await readBody(request, maxBytes), anUpdate);
}
