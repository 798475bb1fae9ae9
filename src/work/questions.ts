// Questions to the other instances: told to all at once, each answers its part.

import { later } from '../async/clock.ts';
import type { Channel } from '../postgres/channel.ts';
import type { Instances } from '../postgres/instances.ts';

/** Whoever has not answered by then has nothing. */
const answerWithinMs = 1_000;
/** What one telling holds of an answer; the channel takes 7,900 bytes with all that goes with it. */
const maxPartBytes = 7_000;

/** What this instance answers to each kind of question, as JSON. Whoever knows a kind of question not has nothing. */
export type Answers = Readonly<
  Record<string, (about: never) => readonly unknown[] | Promise<readonly unknown[]>>
>;

export interface QuestionsOptions {
  channel: Channel;
  instances: Pick<Instances, 'id' | 'size'>;
  answers: Answers;
  /** Told of each question and answer that could not be told. */
  onTrouble?: (error: unknown) => void;
}

interface Question {
  readonly id: number;
  readonly from: string;
  /** Who alone is asked. */
  readonly to?: string;
  readonly kind: string;
  readonly about: unknown;
}

interface Part {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly items: readonly unknown[];
  readonly isLast: boolean;
}

/** A question whose answers are being gathered. */
interface Round {
  readonly items: unknown[];
  /** How many have not answered. */
  missing: number;
  isEnough(): boolean;
  end(): void;
}

/** Asks the other instances, and answers them. */
export class Questions implements Disposable {
  readonly #channel: Channel;
  readonly #instances: Pick<Instances, 'id' | 'size'>;
  readonly #answers: Answers;
  readonly #onTrouble: (error: unknown) => void;
  readonly #rounds = new Map<number, Round>();
  readonly #listening = new DisposableStack();
  #count = 0;

  constructor({ channel, instances, answers, onTrouble = () => {} }: QuestionsOptions) {
    this.#channel = channel;
    this.#instances = instances;
    this.#answers = answers;
    this.#onTrouble = onTrouble;
    this.#listening.use(channel.on('question', (data) => this.#hear(data as Question | undefined)));
    this.#listening.use(channel.on('answer', (data) => this.#gather(data as Part | undefined)));
  }

  /**
   * Asks all others, or one. Resolves with everything that they have answered when all have, when it is enough, or when
   * the time is over; at once with nothing when there is nobody else. Never rejects.
   */
  async ask<T>(
    kind: string,
    about: unknown,
    {
      to,
      isEnough = () => false,
      withinMs = answerWithinMs,
    }: { to?: string; isEnough?: (items: readonly T[]) => boolean; withinMs?: number } = {},
  ): Promise<T[]> {
    const missing = to === undefined ? this.#instances.size - 1 : 1;
    if (missing === 0) return [];
    const id = ++this.#count;
    const items: T[] = [];
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.#rounds.set(id, { items, missing, isEnough: () => isEnough(items), end });
    using _bound = later(withinMs, end);
    this.#tell('question', { id, from: this.#instances.id, to, kind, about }).catch((error: unknown) => {
      this.#onTrouble(error);
      end();
    });
    await promise;
    this.#rounds.delete(id);
    return items;
  }

  /** Answers nothing more; what was asked ends with what has been answered. */
  [Symbol.dispose](): void {
    this.#listening.dispose();
    for (const round of this.#rounds.values()) round.end();
  }

  #tell(topic: 'question' | 'answer', data: Question | Part): Promise<void> {
    return this.#channel.tell(topic, data);
  }

  #hear(question: Question | undefined): void {
    const me = this.#instances.id;
    if (!question || question.from === me || (question.to !== undefined && question.to !== me)) return;
    this.#answer(question).catch(this.#onTrouble);
  }

  async #answer({ id, from: to, kind, about }: Question): Promise<void> {
    const items = (await this.#answers[kind]?.(about as never)) ?? [];
    const parts = split(items);
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      await this.#tell('answer', { id, from: this.#instances.id, to, items: part, isLast });
    }
  }

  #gather(part: Part | undefined): void {
    const round = part?.to === this.#instances.id ? this.#rounds.get(part.id) : undefined;
    if (!part || !round) return;
    round.items.push(...part.items);
    if (part.isLast) round.missing--;
    if (round.missing === 0 || round.isEnough()) round.end();
  }
}

/** One part at least, each small enough to be told. */
function split(items: readonly unknown[]): unknown[][] {
  let part: unknown[] = [];
  let bytes = 0;
  const parts = [part];
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (part.length > 0 && bytes + size > maxPartBytes) {
      parts.push((part = []));
      bytes = 0;
    }
    part.push(item);
    bytes += size;
  }
  return parts;
}
