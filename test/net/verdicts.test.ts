// The verdict on every address and trick that is known: from what is typed to what would be dialled.

import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { bareHost } from '../../src/net/allow.ts';
import { PolicyError } from '../../src/net/failure.ts';
import { readLink } from '../../src/net/link.ts';
import { portOf } from '../../src/net/ports.ts';
import { createResolver, isLoopbackName } from '../../src/net/resolve.ts';
import type { Resolver } from '../../src/net/resolve.ts';
import { vet } from '../../src/net/vet.ts';
import { rules } from './settings.ts';
import { formVerdicts } from './verdicts/forms.ts';
import { ipv4Verdicts } from './verdicts/ipv4.ts';
import { ipv6Verdicts } from './verdicts/ipv6.ts';
import { linkVerdicts } from './verdicts/links.ts';
import { ruleVerdicts } from './verdicts/rules.ts';

interface Row {
  typed: string;
  allow: string[];
  verdict: string;
  why: string;
}

const zone: Record<string, string[]> = {
  'public.test': ['93.184.216.34', '2606:4700:4700::1111'],
  'private.test': ['10.0.0.5'],
  'mapped.test': ['::ffff:10.0.0.5'],
  'mixed.test': ['93.184.216.34', '10.0.0.5'],
  'mixed6.test': ['93.184.216.34', 'fd00::5'],
  intranet: ['10.0.0.7'],
  'wiki.corp': ['10.0.0.5'],
  'xn--e1afmkfd.xn--p1ai': ['93.184.216.34'],
  'many.test': ['1.1.1.1', '1.0.0.1', '8.8.8.8', '8.8.4.4', '9.9.9.9'],
};

const own = createResolver();

/** Knows the names above, and what this computer calls itself; nobody else is asked. */
const resolver: Resolver = {
  async resolve(host) {
    const addresses = isLoopbackName(host) ? await own.resolve(host) : zone[host];
    if (addresses) return addresses;
    throw new UserError('error-unknown-host', { host });
  },
};

/** A table: one row a line, its columns between bars; in three columns nothing is allowed. */
function rowsOf(table: string): Row[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const columns = line.split(' | ');
      const [typed = '', allow = ''] = columns;
      const [verdict = '', why = ''] = columns.slice(-2);
      return { typed, allow: columns.length > 3 ? allow.split(' ') : [], verdict, why };
    });
}

/** Writes for the control characters what they are called in the tables. */
const unescape = (text: string) => JSON.parse(`"${text.replaceAll('"', '\\"')}"`) as string;

/** What comes of it: the addresses to dial with their port if it is special, or why there are none. */
async function judge({ typed, allow }: Row): Promise<string> {
  try {
    const options = { allow: rules(...allow), resolver };
    const url = readLink(unescape(typed), options.allow);
    const port = portOf(url);
    const addresses = await vet(bareHost(url.hostname), port, options);
    return `→ ${addresses.join(', ')}${url.port === '' ? '' : ` at ${port}`}`;
  } catch (error) {
    if (error instanceof UserError) return error.key;
    if (error instanceof PolicyError)
      return error.message.replace(/^.*": (?:.* is (?!not one))?/s, 'refused: ');
    throw error;
  }
}

const bare = (table: string) => rowsOf(table).map((row) => ({ ...row, typed: `http://${row.typed}/` }));
const tables = {
  IPv4: bare(ipv4Verdicts),
  IPv6: bare(ipv6Verdicts),
  'unusual forms of hosts': bare(formVerdicts),
  links: rowsOf(linkVerdicts),
  'rules of ALLOW_HOSTS': rowsOf(ruleVerdicts),
};

describe.each(Object.entries(tables))('The verdict on %s', (_, rows) => {
  it.each(rows.map((row) => [row.typed, row.allow.join(' '), row.verdict, row.why, row] as const))(
    '%s (%s): %s, because: %s',
    async (_typed, _allow, verdict, _why, row) => {
      expect(await judge(row)).toBe(verdict);
    },
  );
});

describe('The verdicts', () => {
  it('are at least 300, no two on the same question, each with its reason', () => {
    const all = Object.values(tables).flat();
    const questions = new Set(all.map(({ typed, allow }) => `${typed} ${allow.join(' ')}`));
    expect(questions.size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(300);
    expect(all.filter(({ why, verdict }) => why === '' || !/^(?:→ |refused: |error-)/.test(verdict))).toEqual(
      [],
    );
  });
});
