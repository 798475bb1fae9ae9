// Code that a bot loads before its own.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The environment in which a bot loads these files of `test/` first. */
export function preload(...files: string[]): NodeJS.ProcessEnv {
  const urls = files.map((file) => pathToFileURL(join(import.meta.dirname, file)).href);
  return { NODE_OPTIONS: urls.map((url) => `--import=${url}`).join(' ') };
}
