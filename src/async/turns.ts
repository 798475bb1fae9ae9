// Who waits for one kind of work, and how many go before somebody: people take slots by turns, whoever holds the fewest
// first, and the older claim in the same turn.

export class Turns {
  readonly #held: (person: string) => number;
  /** The arrival numbers of each person's claims, rising. */
  readonly #orders = new Map<string, number[]>();

  /** `held` tells how many slots a person holds. */
  constructor(held: (person: string) => number) {
    this.#held = held;
  }

  add(person: string, order: number): void {
    const orders = this.#orders.get(person);
    if (!orders) this.#orders.set(person, [order]);
    else if (order > (orders.at(-1) ?? -1)) orders.push(order);
    else orders.splice(countBelow(orders, order), 0, order);
  }

  delete(person: string, order: number): void {
    const orders = this.#orders.get(person);
    if (!orders) return;
    const index = countBelow(orders, order);
    if (orders[index] === order) orders.splice(index, 1);
    if (orders.length === 0) this.#orders.delete(person);
  }

  /** How many claims go before this one if nothing else happens. Costs O(people who wait). */
  ahead(person: string, order: number): number {
    const mine = countBelow(this.#orders.get(person) ?? [], order);
    const turn = this.#held(person) + mine;
    let count = mine;
    for (const [other, orders] of this.#orders) {
      const earlierTurns = turn - this.#held(other);
      if (other === person || earlierTurns < 0) continue;
      count += Math.min(orders.length, earlierTurns);
      if ((orders[earlierTurns] ?? Infinity) < order) count++;
    }
    return count;
  }
}

/** How many of the rising `values` are below `limit`. */
function countBelow(values: readonly number[], limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((values[middle] ?? Infinity) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
