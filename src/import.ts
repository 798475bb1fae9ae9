// Puts what was exported into an empty place: `npm run import -- FILE`, or from standard input.

import { describe, runCommand } from './backup/command.ts';
import { readExport } from './backup/read-export.ts';
import { readInput } from './backup/streams.ts';

await runCommand('import', async ({ place, file, merges, signal }) => {
  const name = file === undefined ? 'standard input' : `"${file}"`;
  const added = await place.add(readExport(readInput(file, signal), name), { merges, signal });
  return `Added to ${place.name}: ${describe(added)}`;
});
