// How fast a file is taken, against curl, and how much memory a hundred files at once need.

import { checkContent, startFileServer } from './files.ts';
import type { FileServer } from './files.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { range } from './measure.ts';
import { measureThroughput } from './throughput.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

const megabyte = 1_000_000;

/** Measures the engine alone with one large file, and the whole service, uploads included, with many at once. */
export async function download({ rounds = 7, largeMb = 200, files = 100, eachMb = 50 } = {}): Promise<Line> {
  await using server = await startFileServer();
  const { oursMs, curlMs } = await measureThroughput(server, { rounds, bytes: largeMb * megabyte });
  const { growthMb, allMs } = await takeMany(server, files, eachMb * megabyte);

  const speed = `speed of taking a file of ${largeMb} MB, against curl`;
  const growth = `growth of memory in ${files} downloads of ${eachMb} MB at once`;
  return makeLine(
    'download',
    [
      ...(curlMs === undefined
        ? []
        : [{ figure: speed, measured: curlMs / oursMs, unit: '×', atLeast: 0.8 }]),
      { figure: growth, measured: growthMb, unit: ' MB', atMost: 200 },
    ],
    { oursMs, ...(curlMs !== undefined && { curlMs }), allMs },
    curlMs === undefined ? ['no curl to compare with'] : [],
  );
}

/** Lets as many people each ask for a file of their own at once. */
async function takeMany(server: FileServer, files: number, bytes: number) {
  const all = `${files}`;
  const settings = { SLOTS: all, DOWNLOAD_SLOTS: all, PER_HOST: '0' };
  await using world = await startWorld({ settings });
  const link = (name: string) => server.link(name, bytes, files);
  await takeFile(world, 'warm-up', megabyte, server.link('warm-up', megabyte));
  const before = await world.bot.usage();
  const startedAt = performance.now();
  const names = range(files).map((i) => `file-${i}`);
  await Promise.all(names.map((name) => takeFile(world, name, bytes, link(name))));
  const allMs = performance.now() - startedAt;
  const after = await world.bot.usage();
  await world.finish();
  return { growthMb: (after.peakRssBytes - before.rssBytes) / megabyte, allMs };
}

/** Asks for a file and looks at what arrives in the chat. */
async function takeFile(world: World, name: string, bytes: number, link: string): Promise<void> {
  const person = world.emulator.person();
  person.send(`/get ${link}`);
  const isFile = ({ document }: { document?: object }) => document !== undefined;
  const message = await Promise.race([person.chat.waitFor(isFile, { timeoutMs: 120_000 }), world.bot.failed]);
  await checkContent([await person.chat.file(message)], name, bytes);
}

if (import.meta.main) printLine(await download());
