// Loaded before the bot: tells on stderr when the process has to be ended, and what keeps it from ending by itself.

import { writeSync } from 'node:fs';

const exit = process.exit.bind(process);

process.exit = (code) => {
  const kept = process.getActiveResourcesInfo().join(', ');
  writeSync(process.stderr.fd, `The process does not end by itself: ${kept}\n`);
  return exit(code);
};
