// How the house is built: who may import whom, who may reach what, and how large a room may be.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handlers } from '../handlers/index.ts';
import type { Handler } from '../src/handler.ts';

const root = join(import.meta.dirname, '..');

/** From the top down: each layer may import those below it. */
const layers = [
  ['main.ts', 'export.ts', 'import.ts'],
  ['playground'],
  ['service.ts', 'log.ts'],
  ['intake', 'web'],
  ['bot', 'backup'],
  ['work'],
  ['net', 'store', 'postgres', 'parse', 'emulator'],
  ['async'],
];
const shared = ['config.ts', 'setting-addresses.ts', 'handler.ts', 'errors.ts', 'events.ts', 'i18n.ts'];
/** Neighbours in a layer that know each other all the same: a download is a temporary file, Postgres may keep what Keyv keeps. */
const neighbours = ['net → store', 'store → postgres'];

interface Import {
  from: string;
  /** A file of the project, or the name of a package. */
  to: string;
  isOurs: boolean;
  /** What is taken besides types: names, `* as …`, a default. */
  values: string[];
}

const files = globSync('{src,handlers}/**/*.*', { cwd: root }).toSorted();
const modules = files.filter((file) => file.endsWith('.ts'));
const imports = modules.flatMap(importsOf);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The code of a module without its comments. */
function codeOf(file: string): string {
  return read(file).replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
}

function importsOf(from: string): Import[] {
  const text = read(from);
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:([^'";]*?)\sfrom\s+)?'([^']+)'/gm);
  const calls = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  const describe = (target: string, values: string[]): Import => {
    const isOurs = target.startsWith('.');
    return { from, to: isOurs ? relative(root, join(root, dirname(from), target)) : target, isOurs, values };
  };
  return [
    ...[...statements].map(([, isType, clause = '', target = '']) =>
      describe(target, isType ? [] : valuesOf(clause)),
    ),
    ...[...calls].map(([, target = '']) => describe(target, ['*'])),
  ];
}

function valuesOf(clause: string): string[] {
  return clause
    .split(/[{},]/)
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** The room of a file: a folder of `src/`, a file directly in it, or `handlers`. */
function roomOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? second : top;
}

function layerOf(room: string): number {
  return layers.findIndex((layer) => layer.includes(room));
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (shared.includes(from)) return shared.includes(to);
  if (from === 'async') return false;
  if (from === 'handlers') return to === 'handler.ts' || to === 'errors.ts';
  if (to === 'handlers') return from === 'service.ts';
  if (shared.includes(to)) return true;
  return layerOf(from) < layerOf(to) || neighbours.includes(`${from} → ${to}`);
}

/** The first way from a node back to itself, if there is one. */
function findCircle(edges: { from: string; to: string }[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const cleared = new Set<string>();
  const walk = (node: string, path: string[]): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (cleared.has(node)) return [];
    for (const { to } of next.get(node) ?? []) {
      const circle = walk(to, [...path, node]);
      if (circle.length > 0) return circle;
    }
    cleared.add(node);
    return [];
  };
  for (const node of next.keys()) {
    const circle = walk(node, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe('Imports', () => {
  const ours = imports.filter(({ isOurs }) => isOurs);

  it('are found at all', () => {
    expect(modules.length).toBeGreaterThan(50);
    expect(ours).toContainEqual(
      expect.objectContaining({
        from: 'src/service.ts',
        to: 'handlers/index.ts',
        values: ['handlers as allHandlers'],
      }),
    );
  });

  it('lead from known rooms to files that exist', () => {
    const known = [...layers.flat(), ...shared, 'handlers'];
    expect(modules.filter((file) => !known.includes(roomOf(file)))).toEqual([]);
    expect(ours.filter(({ to }) => !files.includes(to))).toEqual([]);
  });

  it('go down the layers, never up or aside', () => {
    const wrong = ours.filter(({ from, to }) => !mayImport(roomOf(from), roomOf(to)));
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('of the emulator are those of the playground and its page', () => {
    const users = ours.filter(({ to }) => roomOf(to) === 'emulator').map(({ from }) => roomOf(from));
    expect([...new Set(users)].toSorted()).toEqual(['emulator', 'playground', 'web']);
  });

  it('of handlers are the contract, the errors, packages and files beside them', () => {
    const reached = imports.filter(
      ({ from, to, isOurs }) => roomOf(from) === 'handlers' && !isOurs && to.startsWith('node:'),
    );
    expect(reached.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('make no circle of files that wait for each other to load', () => {
    const loading = ours.filter(({ values }) => values.length > 0);
    expect(findCircle(loading)).toEqual([]);
  });

  it('make no circle of rooms, types included', () => {
    const rooms = ours.map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));
    expect(findCircle(rooms.filter(({ from, to }) => from !== to))).toEqual([]);
  });
});

describe('The outside world', () => {
  const network =
    /^(?:node:)?(?:https?|http2|net|tls|dns|dgram|inspector|cluster|worker_threads|undici|node-fetch|ws)(?:\/.*)?$/;
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; dev?: true; optional?: true }>;
  };
  /** What opens no connection. */
  const harmless = ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'];
  const exceptions = [
    // The container's health check asks its own service.
    'src/web/probe.ts: get',
    // Over the guarded agent that it is given, as the next test makes sure.
    'src/bot/telegram-client.ts: request',
    // The local Bot API posts to webhooks on this computer, whose names it asks nobody for.
    'src/emulator/webhook-client.ts: Agent',
    'src/emulator/webhook-client.ts: request',
  ];

  const isAllowed = (file: string, name: string) =>
    harmless.includes(name) ||
    (name === 'createServer' && ['emulator', 'web'].includes(roomOf(file))) ||
    exceptions.includes(`${file}: ${name}`);

  it('is reached through src/net alone', () => {
    const taken = imports
      .filter(({ from, to }) => network.test(to) && roomOf(from) !== 'net')
      .flatMap(({ from, values }) => values.map((name) => ({ from, name })));
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter(({ from, name }) => !isAllowed(from, name))).toEqual([]);
  });

  it('is reached within src/net by one connector, and names are asked for by one resolver', () => {
    const openers = imports
      .filter(({ from, to }) => network.test(to) && roomOf(from) === 'net')
      .flatMap(({ from, values }) => values.map((name) => `${from.slice('src/net/'.length)}: ${name}`))
      .filter((opener) => !harmless.includes(opener.replace(/^.*: /, '')));
    expect(openers.toSorted()).toEqual([
      'connect.ts: Agent',
      'connect.ts: connect as dialTcp',
      'connect.ts: connect as dialTls',
      'exchange.ts: Client',
      'exchange.ts: TLSSocket',
      'resolve.ts: getServers',
      'resolve.ts: promises as dns',
    ]);
    expect(codeOf('src/net/connect.ts')).toMatch(/new Agent\(\{[^}]*\bconnect: createConnector\(/);
    expect(codeOf('src/net/exchange.ts')).toMatch(
      /connect = createConnector\([^;]*;\s*const client = new Client\([^}]*\bconnect,/,
    );
    expect(new Set(codeOf('src/net/resolve.ts').match(/\bdns\.\w+/g))).toEqual(new Set(['dns.Resolver']));
    expect(codeOf('src/bot/telegram-client.ts')).not.toMatch(/\brequest\((?!url, \{ dispatcher,)/);
  });

  it('has its Postgres in src/postgres alone', () => {
    const users = imports
      .filter(({ to }) => /^pg(?:-boss)?(?:\/|$)/.test(to))
      .map(({ from }) => roomOf(from));
    expect([...new Set(users)]).toEqual(['postgres']);
  });

  it('is reached by no global of the platform, and by nothing that is loaded behind the imports', () => {
    const globals = /(?<![.\w'"])(?:fetch|WebSocket|EventSource)\s*[(),;]|\bglobalThis\b/;
    const backDoors =
      /\b(?:eval|require|createRequire|getBuiltinModule|binding)\(|\bnew Function\b|\bimport\(\s*[^'\s]|'node:(?:module|repl|wasi)'/;
    expect(modules.filter((file) => globals.test(codeOf(file)) || backDoors.test(codeOf(file)))).toEqual([]);
    // Given an address, grammY's InputFile would fetch it by itself.
    expect(modules.filter((file) => /\bnew InputFile\(/.test(codeOf(file)))).toEqual(['src/bot/uploads.ts']);
  });

  it('can be reached by no package but those that are given their way out', () => {
    const known = ['grammy', 'node-fetch', 'pg', 'undici'];
    const reach =
      /(?:from|require\(|import\(?)\s*["'](?:node:)?(?:https?|http2|net|tls|dns|dgram|undici|node-fetch|ws)(?:\/\w+)?["']/;
    const notItsOwn = /(?:^|\/)(?:node_modules|tests?|bench(?:marks?)?|examples?|docs)\//;
    const able = Object.entries(packages).filter(([path, { dev, optional }]) => {
      if (path === '' || dev || optional) return false;
      const code = globSync('**/*.{js,cjs,mjs}', { cwd: join(root, path) });
      return code.some((file) => !notItsOwn.test(file) && reach.test(read(join(path, file))));
    });
    // grammY speaks over what src/bot/telegram-client.ts gives it, instead of its node-fetch; pg is the operator's.
    expect(able.map(([path]) => path)).toEqual(known.map((name) => `node_modules/${name}`));
  });

  it('gives its settings to src/config.ts alone', () => {
    const environment = /\bprocess\??\s*(?:\.\s*env\b|\[)|from '(?:node:)?process'/;
    expect(modules.filter((file) => environment.test(codeOf(file)))).toEqual(['src/config.ts']);
  });

  it('is asked for the time in src/async/clock.ts alone', () => {
    const clocks = /\b(?:Date|performance)\.now\(/;
    expect(modules.filter((file) => clocks.test(codeOf(file)))).toEqual(['src/async/clock.ts']);
  });

  it('sees processes started by src/parse and the playground alone', () => {
    const starters = imports.filter(({ to, values }) => to.endsWith('child_process') && values.length > 0);
    expect([...new Set(starters.map(({ from }) => roomOf(from)))]).toEqual(['parse', 'playground']);
  });

  it('is named by no host in package-lock.json', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

describe('The list of handlers', () => {
  const isHandler = (value: unknown): value is Handler =>
    typeof value === 'object' && value !== null && 'run' in value && 'work' in value;

  it('has every handler that a file in handlers/ exports', async () => {
    const rooms = modules.filter((file) => roomOf(file) === 'handlers' && file !== 'handlers/index.ts');
    const loaded = await Promise.all(rooms.map((file) => import(join(root, file)) as Promise<object>));
    const exported = loaded.flatMap((module) => Object.values(module) as unknown[]).filter(isHandler);
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.map(({ name }) => name).toSorted()).toEqual(handlers.map(({ name }) => name).toSorted());
  });

  it('has every command once, in letters that Telegram takes', () => {
    const commands = handlers.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(commands).size).toBe(commands.length);
    expect(commands.filter((command) => !/^[a-z][a-z0-9_]{0,31}$/.test(command))).toEqual([]);
  });

  it('has one handler for links and one for the rest', () => {
    for (const takes of ['links', 'the rest'] as const) {
      expect(handlers.filter((one) => one.takes === takes)).toHaveLength(1);
    }
  });
});

describe('A file', () => {
  it('has at most 300 lines', () => {
    const long = files.filter((file) => read(file).trimEnd().split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('says in its first line what it is for', () => {
    const opening = /^(?:\/\/|\/\*) \S.{15,}/;
    const silent = files.filter((file) => /\.(?:ts|js|css)$/.test(file) && !opening.test(read(file)));
    expect(silent).toEqual([]);
  });
});
