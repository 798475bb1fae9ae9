// Writes everything that is kept to a file, or to standard output: `npm run export -- FILE`.

import { describe, runCommand } from './backup/command.ts';
import { writeToOutput } from './backup/streams.ts';
import { writeWholeFile } from './backup/whole-file.ts';
import { writeExport } from './backup/write-export.ts';

await runCommand('export', async ({ place, file, signal }) => {
  const run = (write: (text: string) => Promise<void>) => writeExport(place, write, { signal });
  const tally = await (file === undefined ? run(writeToOutput) : writeWholeFile(file, run));
  return `Exported from ${place.name}: ${describe(tally)}`;
});
