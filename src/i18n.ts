// Every text that a person reads, in their language, from the Fluent files in `locales/`.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { Vars } from './errors.ts';

const home = 'en';

/** The texts of all languages. */
export interface Texts {
  /** Language codes, the home language first. */
  readonly languages: readonly string[];
  /** The language that is spoken with a person: the one they chose, else Telegram's, else English. */
  choose(chosen: string | undefined, telegrams: string | undefined): string;
  /** A text in a language, English where it is missing there. Throws RangeError when it exists in neither. */
  write(language: string, key: string, vars?: Vars): string;
}

/** Reads all texts; throws when a file cannot be read or parsed. */
export function readTexts(directory: string = join(import.meta.dirname, '..', 'locales')): Texts {
  const names = readdirSync(directory).toSorted((a, b) => Number(b === home) - Number(a === home));
  const bundles = new Map(names.map((language) => [language, readBundle(directory, language)]));

  return {
    languages: names,
    choose(chosen, telegrams) {
      const known = [chosen, telegrams?.slice(0, 2).toLowerCase()].find((code) => code && bundles.has(code));
      return known ?? home;
    },
    write(language, key, vars) {
      const spoken = bundles.get(language);
      const bundle = spoken?.hasMessage(key) ? spoken : bundles.get(home);
      const pattern = bundle?.getMessage(key)?.value;
      if (!bundle || !pattern) throw new RangeError(`Cannot write text: no "${key}"`);
      if (typeof pattern === 'string') return pattern;
      const errors: Error[] = [];
      const text = bundle.formatPattern(pattern, vars, errors);
      if (errors[0]) throw new RangeError(`Cannot write text "${key}"`, { cause: errors[0] });
      return text;
    },
  };
}

function readBundle(directory: string, language: string): FluentBundle {
  // Values from outside are isolated where they are cleaned; Fluent's own marks would end up in file names and links.
  const bundle = new FluentBundle(language, { useIsolating: false });
  for (const file of readdirSync(join(directory, language))) {
    const errors = bundle.addResource(
      new FluentResource(readFileSync(join(directory, language, file), 'utf8')),
    );
    if (errors[0]) throw new Error(`Cannot read texts ${language}/${file}`, { cause: errors[0] });
  }
  return bundle;
}
