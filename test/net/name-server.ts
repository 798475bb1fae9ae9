// A tiny DNS server over UDP for tests: a table of names, some of which lie, change their mind or never answer.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What a name answers: its addresses of both families, another name (CNAME), no word at all, or trouble. */
export type Answer = readonly string[] | { alias: string } | 'mute' | 'trouble';
type Zone = Record<string, Answer | ((time: number) => Answer)>;

const typeAlias = 5;
/** Names that stand for one another in circles are followed so often. */
const maxAliases = 20;

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
  zone: Zone,
  { muteType }: { muteType?: number } = {},
): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const waiting = new Map<string, () => void>();
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    waiting.get(name)?.();
    const time = Math.ceil(asked.filter((one) => one === name).length / 2);
    const { records, answer } = answerTo(zone, name, type, time);
    if (answer !== 'mute' && type !== muteType)
      socket.send(reply(query, end, records, answer), from.port, from.address);
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

/** The records for one question: the aliases on the way (RFC 1034 §3.6.2), then the addresses of the family asked for. */
function answerTo(
  zone: Zone,
  name: string,
  type: number,
  time: number,
): { records: Buffer[]; answer: Answer | undefined } {
  const family = type === 1 ? 4 : type === 28 ? 6 : 0;
  const records: Buffer[] = [];
  for (let owner = name; ;) {
    const entry = zone[owner];
    const answer = typeof entry === 'function' ? entry(time) : entry;
    if (typeof answer !== 'object' || records.length > maxAliases) return { records, answer };
    if (!('alias' in answer)) {
      const addresses = answer.filter((address) => isIP(address) === family);
      records.push(
        ...addresses.map((address) => record(owner, type, Buffer.from(ipaddr.parse(address).toByteArray()))),
      );
      return { records, answer };
    }
    records.push(record(owner, typeAlias, encodeName(answer.alias)));
    owner = answer.alias;
  }
}

/** An answer after RFC 1035 §4.1: the question again, then the records. */
function reply(query: Buffer, end: number, records: Buffer[], answer: Answer | undefined): Buffer {
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (answer === 'trouble' ? 2 : answer === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}

/** A record that must not be remembered: its time to live is 0. */
function record(owner: string, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(owner), head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}
