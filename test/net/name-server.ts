// A tiny DNS server over UDP for tests: a table of names, some of which lie, change their mind or never answer.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What a name answers: its addresses of both families, no word at all, or trouble. */
export type Answer = readonly string[] | 'mute' | 'trouble';

export interface NameServer extends AsyncDisposable {
  /** As `createResolver` takes it. */
  readonly server: string;
  /** The names asked for, in order, once for each question. */
  readonly asked: string[];
  /** Resolves when the name has been asked for. */
  waitFor(name: string): Promise<void>;
}

/**
 * Starts the server. A function in the table is told which lookup this is (1, 2, …), both families counted as one.
 * Questions of `muteType` (28: IPv6) are never answered.
 */
export async function startNameServer(
  zone: Record<string, Answer | ((time: number) => Answer)>,
  { muteType }: { muteType?: number } = {},
): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const waiting = new Map<string, () => void>();
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    waiting.get(name)?.();
    const entry = zone[name];
    const time = asked.filter((one) => one === name).length;
    const answer = typeof entry === 'function' ? entry(Math.ceil(time / 2)) : entry;
    if (answer !== 'mute' && type !== muteType)
      socket.send(reply(query, end, type, answer), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    waitFor: (name) =>
      asked.includes(name) ? Promise.resolve() : new Promise((resolve) => waiting.set(name, resolve)),
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** An answer after RFC 1035 §4.1: the question again, then the records of the family that was asked for. */
function reply(query: Buffer, end: number, type: number, answer: Answer | undefined): Buffer {
  const family = type === 1 ? 4 : type === 28 ? 6 : 0;
  const addresses = typeof answer === 'object' ? answer.filter((address) => isIP(address) === family) : [];
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (answer === 'trouble' ? 2 : answer === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, end), ...addresses.map((address) => record(type, address))]);
}

function record(type: number, address: string): Buffer {
  const data = Buffer.from(ipaddr.parse(address).toByteArray());
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
