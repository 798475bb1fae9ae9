// How many slots load each remote host, and who of their holders waits to move on to another one.

interface Host {
  used: number;
  /** Called when there is room. These hold slots already, so they go before everybody who does not. */
  arrivals: Set<() => void>;
}

export class HostRoom {
  readonly #limit: () => number;
  readonly #changed: (host: string) => void;
  readonly #hosts = new Map<string, Host>();

  /** `limit` tells how many may load one host; `changed` hears of every change of a host's load. */
  constructor(limit: () => number, changed: (host: string) => void) {
    this.#limit = limit;
    this.#changed = changed;
  }

  isFull(name: string): boolean {
    return (this.#hosts.get(name)?.used ?? 0) >= this.#limit();
  }

  enter(name: string): void {
    let host = this.#hosts.get(name);
    if (!host) this.#hosts.set(name, (host = { used: 0, arrivals: new Set() }));
    host.used++;
    this.#changed(name);
  }

  leave(name: string): void {
    const host = this.#hosts.get(name);
    if (!host) return;
    host.used--;
    this.#welcome(name, host);
    this.#changed(name);
    this.#tidy(name, host);
  }

  /** Waits for room at a host and enters it. Rejects with `signal.reason`. */
  async waitFor(name: string, { signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    if (!this.isFull(name)) return this.enter(name);
    const host = this.#hosts.get(name);
    if (!host) return this.enter(name);
    await new Promise<void>((resolve, reject) => {
      const arrive = () => {
        signal.removeEventListener('abort', giveUp);
        host.arrivals.delete(arrive);
        resolve();
      };
      const giveUp = () => {
        host.arrivals.delete(arrive);
        this.#tidy(name, host);
        reject(signal.reason);
      };
      host.arrivals.add(arrive);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Lets in whom a raised limit has room for. */
  limitChanged(): void {
    for (const [name, host] of this.#hosts) {
      this.#welcome(name, host);
      this.#changed(name);
    }
  }

  #welcome(name: string, host: Host): void {
    for (const arrive of host.arrivals) {
      if (this.isFull(name)) return;
      host.used++;
      arrive();
    }
  }

  #tidy(name: string, host: Host): void {
    if (host.used === 0 && host.arrivals.size === 0) this.#hosts.delete(name);
  }
}
