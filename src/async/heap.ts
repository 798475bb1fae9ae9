// A binary heap whose items can be moved or taken out when their rank has changed.

interface Node<T, R> {
  item: T;
  rank: R;
}

/** Keeps the item whose rank goes `before` all others on top. Every change costs O(log size), `peek` nothing. */
export class Heap<T, R> {
  readonly #before: (a: R, b: R) => boolean;
  readonly #nodes: Node<T, R>[] = [];
  readonly #indexes = new Map<T, number>();

  constructor(before: (a: R, b: R) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#nodes.length;
  }

  peek(): Node<T, R> | undefined {
    return this.#nodes[0];
  }

  /** Adds `item`, or moves it when it is in already. */
  put(item: T, rank: R): void {
    const index = this.#indexes.get(item) ?? this.#nodes.length;
    this.#settle(index, { item, rank });
  }

  /** Takes `item` out; harmless when it is not in. */
  delete(item: T): void {
    const index = this.#indexes.get(item);
    if (index === undefined) return;
    this.#indexes.delete(item);
    const last = this.#nodes.pop();
    if (last && index < this.#nodes.length) this.#settle(index, last);
  }

  /** Puts a node where it belongs, starting at `index`. */
  #settle(index: number, node: Node<T, R>): void {
    this.#sink(this.#rise(index, node), node);
  }

  #rise(index: number, node: Node<T, R>): number {
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#nodes[above];
      if (!parent || !this.#before(node.rank, parent.rank)) break;
      this.#place(index, parent);
      index = above;
    }
    return index;
  }

  #sink(index: number, node: Node<T, R>): void {
    for (;;) {
      const below = this.#lowerChild(index);
      const child = this.#nodes[below];
      if (!child || !this.#before(child.rank, node.rank)) break;
      this.#place(index, child);
      index = below;
    }
    this.#place(index, node);
  }

  #lowerChild(index: number): number {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const [a, b] = [this.#nodes[left], this.#nodes[right]];
    return a && b && this.#before(b.rank, a.rank) ? right : left;
  }

  #place(index: number, node: Node<T, R>): void {
    this.#nodes[index] = node;
    this.#indexes.set(node.item, index);
  }
}
