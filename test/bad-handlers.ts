// Loaded before the bot: abilities, for admins only, that go wrong in every way in which a handler can.

import { handlers } from '../handlers/index.ts';
import type { Handler, Reply } from '../src/handler.ts';

const never = () => new Promise<never>(() => {});

function add(name: string, work: Handler['work'], run: () => Promise<Reply>): void {
  (handlers as Handler[]).unshift({ name, work, for: 'admins', hidden: true, run });
}

add('throw', 'lookup', () => {
  setImmediate(() => {
    throw new Error('Cannot go on: thrown where nobody catches');
  });
  return never();
});

add('reject', 'download', () => {
  void Promise.reject(new Error('Cannot go on: rejected where nobody awaits'));
  return never();
});

add('abort', 'turn', () => process.abort());

add('exit', 'control', () => process.exit(0));

add('kill', 'lookup', () => {
  process.kill(process.pid, 'SIGKILL');
  return never();
});

/** Its reply is one that Telegram refuses whenever it is sent. */
add('empty', 'turn', async () => ({ words: { text: '' } }));

add('bug', 'control', () => Promise.reject(new TypeError('Cannot read what is not there')));

/** Takes no notice of its signal, and keeps the process alive. */
add('deaf', 'lookup', () => new Promise(() => setInterval(() => {}, 1_000)));

/** Waits for ever where nothing is to be waited for. */
add('stuck', 'control', never);
