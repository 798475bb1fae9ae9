// What the documents say of the settings is what the code does.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig, settings } from '../src/config.ts';

const root = join(import.meta.dirname, '..');

describe('The documents', () => {
  const table = Object.entries(settings).map(([name, { fallback }]) => [name, fallback]);

  it('README.md lists every setting with its default, and no other', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const rows = readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)` *\|([^|]*)\|([^|]*)\|$/gm);
    const told = [...rows].map(([, name = '', value = '']) => [name, value.replaceAll('`', '').trim()]);
    expect(told).toEqual(table);
  });

  it('.env.example lists every setting with its default, each told in a line before it', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const lines = example.matchAll(/^# (\S.*)\n([A-Z][A-Z0-9_]+)=(.*)$/gm);
    expect([...lines].map(([, , name, value]) => [name, value])).toEqual(table);
    expect(example.match(/^[^#\n].*$/gm)).toHaveLength(table.length);
  });

  it('.env.example is taken as it is, and says what is taken without it', () => {
    const example = parseEnv(readFileSync(join(root, '.env.example'), 'utf8'));
    expect(readConfig(example)).toEqual(readConfig({}));
  });
});
