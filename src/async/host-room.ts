// How many slots load each remote host and for whom, and which of their holders wait to move on to another one.
//
// One person may load a host with all its places but one: whoever sends many links to a host that hangs keeps it from
// nobody else.

interface Host {
  used: number;
  readonly byPerson: Map<string, number>;
  /** These hold slots already, so they go before everybody who does not. */
  readonly arrivals: Set<Arrival>;
}

interface Arrival {
  readonly person: string;
  /** Called when there is room, which is taken then. */
  readonly arrive: () => void;
}

export class HostRoom {
  readonly #limit: () => number;
  readonly #changed: (host: string, person: string) => void;
  readonly #hosts = new Map<string, Host>();

  /** `limit` tells how many may load one host; `changed` hears of every change of a host's load, and by whom. */
  constructor(limit: () => number, changed: (host: string, person: string) => void) {
    this.#limit = limit;
    this.#changed = changed;
  }

  isFull(name: string): boolean {
    return (this.#hosts.get(name)?.used ?? 0) >= this.#limit();
  }

  /** Whether the person may load the host no further, though others may. */
  isAtShare(name: string, person: string): boolean {
    return (this.#hosts.get(name)?.byPerson.get(person) ?? 0) >= Math.max(1, this.#limit() - 1);
  }

  hasRoomFor(name: string, person: string): boolean {
    return !this.isFull(name) && !this.isAtShare(name, person);
  }

  enter(name: string, person: string): void {
    const host = this.#open(name);
    host.used++;
    host.byPerson.set(person, (host.byPerson.get(person) ?? 0) + 1);
    this.#changed(name, person);
  }

  leave(name: string, person: string): void {
    const host = this.#hosts.get(name);
    if (!host) return;
    host.used--;
    const left = (host.byPerson.get(person) ?? 0) - 1;
    if (left > 0) host.byPerson.set(person, left);
    else host.byPerson.delete(person);
    this.#welcome(name, host);
    this.#changed(name, person);
    this.#tidy(name, host);
  }

  /** Waits for room at a host and enters it. Rejects with `signal.reason`. */
  async waitFor(name: string, person: string, { signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    if (this.hasRoomFor(name, person)) return this.enter(name, person);
    const host = this.#open(name);
    await new Promise<void>((resolve, reject) => {
      const arrive = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        host.arrivals.delete(arrival);
        this.#tidy(name, host);
        reject(signal.reason);
      };
      const arrival = { person, arrive };
      host.arrivals.add(arrival);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Lets in whom a raised limit has room for. */
  limitChanged(): void {
    for (const [name, host] of this.#hosts) this.#welcome(name, host);
  }

  #welcome(name: string, host: Host): void {
    for (const arrival of host.arrivals) {
      if (this.isFull(name)) return;
      if (this.isAtShare(name, arrival.person)) continue;
      host.arrivals.delete(arrival);
      this.enter(name, arrival.person);
      arrival.arrive();
    }
  }

  #open(name: string): Host {
    return this.#hosts.getOrInsertComputed(name, () => ({
      used: 0,
      byPerson: new Map(),
      arrivals: new Set(),
    }));
  }

  #tidy(name: string, host: Host): void {
    if (host.used === 0 && host.arrivals.size === 0) this.#hosts.delete(name);
  }
}
