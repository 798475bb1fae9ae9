// What is wrong with settings, as the operator is told.

import { ConfigError, readConfig } from '../src/config.ts';

/** Every mistake in an environment; none if it can be read. */
export function mistakesOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
