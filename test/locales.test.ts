// The texts: the same in every language, each of them used, each of them whole whatever fills it.

import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { handlers } from '../handlers/index.ts';
import type { Vars } from '../src/errors.ts';
import { readTexts } from '../src/i18n.ts';

const root = join(import.meta.dirname, '..');
const texts = readTexts();

type Pattern = NonNullable<FluentResource['body'][number]['value']>;
type Expression = Extract<Exclude<Pattern, string>[number], object>;

/** What a text takes: the values that choose between its variants, and whether only a number will do. */
type Inputs = Map<string, { chosenBy: Set<string | number>; isNumber: boolean }>;

/** The messages of a language by their keys. */
function messagesOf(language: string): Map<string, Pattern> {
  const directory = join(root, 'locales', language);
  const resources = readdirSync(directory).map(
    (file) => new FluentResource(readFileSync(join(directory, file), 'utf8')),
  );
  const messages = resources.flatMap(({ body }) => body);
  return new Map(messages.flatMap(({ id, value }) => (value ? [[id, value] as const] : [])));
}

function inputsOf(pattern: Pattern, inputs: Inputs = new Map()): Inputs {
  if (typeof pattern === 'string') return inputs;
  for (const part of pattern) if (typeof part === 'object') addInputs(part, inputs);
  return inputs;
}

function addInputs(expression: Expression, inputs: Inputs): void {
  if (expression.type === 'var' && !inputs.has(expression.name)) {
    inputs.set(expression.name, { chosenBy: new Set(), isNumber: false });
  }
  if (expression.type === 'func') {
    for (const argument of expression.args) {
      if (typeof argument !== 'object' || argument.type !== 'var') continue;
      addInputs(argument, inputs);
      const input = inputs.get(argument.name);
      if (input) input.isNumber = true;
    }
  }
  if (expression.type !== 'select') return;
  addInputs(expression.selector, inputs);
  const input = expression.selector.type === 'var' ? inputs.get(expression.selector.name) : undefined;
  for (const { key, value } of expression.variants) {
    input?.chosenBy.add(key.value);
    inputsOf(value, inputs);
  }
}

/** Values that lead through every variant: those named, and numbers of every plural form. */
function fillings(inputs: Inputs): Vars[] {
  let all: Vars[] = [{}];
  for (const [name, { chosenBy, isNumber }] of inputs) {
    const values = [...chosenBy, 0, 1, 2, 5, 21, 'something'].filter(
      (value) => !isNumber || typeof value === 'number',
    );
    all = all.flatMap((vars) => values.map((value) => ({ ...vars, [name]: value })));
    // Few texts take more than three values; none is chosen by all of them.
    if (all.length > 2_000) all = all.filter((_, i) => i % 7 === 0);
  }
  return all;
}

const source = globSync('{src,handlers}/**/*.ts', { cwd: root })
  .filter((file) => !/^src\/(?:emulator|web|playground|store|postgres)\//.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''))
  .join('\n');

/** Keys that are put together, by how the code does it. */
const composed: Record<string, string[]> = {
  '${name}-about': handlers.map(({ name }) => `${name}-about`),
  '${handler.name}-ask': handlers.filter(({ needs }) => needs !== undefined).map(({ name }) => `${name}-ask`),
  'error-busy-${error.full}': ['error-busy-person', 'error-busy-total'],
  'size-${unit.name}': ['size-b', 'size-kb', 'size-mb', 'size-gb'],
  'alert-${what}': ['alert-inbox', 'alert-conflict', 'alert-database', 'alert-damage'],
  'alert-${what}-over': ['alert-inbox-over', 'alert-conflict-over', 'alert-database-over'],
};

/** Keys that the code writes out. */
const written = [
  ...source.matchAll(/(?:\bt|\bwrite|UserError)\((?:[^'"`();]*,)?\s*'([^']+)'/g),
  ...source.matchAll(/'((?:error|alert)-[a-z-]+)'/g),
].map(([, key = '']) => key);

/** Names of the values that the code gives to a key, where both are written in one place. */
function givenTo(key: string): string[][] {
  const places = source.matchAll(new RegExp(String.raw`(?<=\(|,)\s*'${key}',\s*\{([^{}]*)\}`, 'g'));
  return [...places].map(([, object = '']) =>
    withoutCalls(object)
      .split(',')
      .map((part) => part.split(':')[0]?.trim() ?? '')
      .filter(Boolean),
  );
}

/** Takes the arguments of calls out, so that a comma only separates properties. */
function withoutCalls(code: string): string {
  const without = code.replaceAll(/[([][^()[\]]*[)\]]/g, '');
  return without === code ? code : withoutCalls(without);
}

describe('The languages', () => {
  it('are English and Russian, English first', () => {
    expect(texts.languages).toEqual(['en', 'ru']);
  });

  it.each(texts.languages)('%s has every key that English has, and no other', (language) => {
    expect([...messagesOf(language).keys()].toSorted()).toEqual([...messagesOf('en').keys()].toSorted());
  });

  it.each(texts.languages)('%s fills its texts with what English fills them with', (language) => {
    const english = messagesOf('en');
    for (const [key, pattern] of messagesOf(language)) {
      const known = inputsOf(english.get(key) ?? '');
      expect(
        [...inputsOf(pattern).keys()].filter((name) => !known.has(name)),
        key,
      ).toEqual([]);
    }
  });

  it.each(texts.languages)('%s can write every text, whatever fills it', (language) => {
    for (const [key, pattern] of messagesOf(language)) {
      for (const vars of fillings(inputsOf(pattern))) {
        const text = texts.write(language, key, vars);
        expect(text, key).not.toMatch(/[{}]|^\s*$/);
        expect(text, key).toBe(text.trim());
      }
    }
  });

  it.each(texts.languages)(
    '%s says in about-texts what fits into the menu (Bot API, BotCommand)',
    (language) => {
      for (const { name, hidden } of handlers) {
        if (!hidden) expect(texts.write(language, `${name}-about`).length, name).toBeLessThanOrEqual(256);
      }
    },
  );

  it.each(texts.languages)('%s begins what it asks back with the command', (language) => {
    for (const { name, needs } of handlers) {
      if (needs) expect(texts.write(language, `${name}-ask`)).toMatch(new RegExp(`^/${name}\\s`));
    }
  });
});

describe('The keys', () => {
  const known = [...messagesOf('en').keys()];
  const used = new Set([...written, ...Object.values(composed).flat()]);

  it('that the code puts together are known to this test', () => {
    const templates = source.matchAll(/`([a-z-]*\$\{[^}]+\}[a-z-]*)`/g);
    const kebab = [...templates]
      .map(([, template = '']) => template)
      .filter((one) => /^[a-z]+-|-[a-z]+$/.test(one));
    expect([...new Set(kebab)].toSorted()).toEqual(Object.keys(composed).toSorted());
  });

  it('that are used all exist', () => {
    expect(used.size).toBeGreaterThan(50);
    expect([...used].filter((key) => !known.includes(key))).toEqual([]);
  });

  it('that exist are all used', () => {
    expect(known.filter((key) => !used.has(key) && !source.includes(`'${key}'`))).toEqual([]);
  });

  it('are given every value that their texts take', () => {
    const lacking: string[] = [];
    let compared = 0;
    for (const language of texts.languages) {
      for (const [key, pattern] of messagesOf(language)) {
        for (const given of givenTo(key)) {
          compared++;
          const missing = [...inputsOf(pattern).keys()].filter((name) => !given.includes(name));
          if (missing.length > 0) lacking.push(`${language} ${key}: ${missing.join(', ')}`);
        }
      }
    }
    expect(lacking).toEqual([]);
    expect(compared).toBeGreaterThan(40);
  });
});
