// The compose file of a fleet says what the program and the other compose file say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, settings } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const fleet = read('compose.fleet.yaml');

/** The lines below a key, up to the next one at its depth. */
function below(key: string, text = fleet): string {
  return new RegExp(`^( *)${key}:.*\\n((?:\\1 .*\\n|\\n)*)`, 'm').exec(text)?.[2] ?? '';
}

const shared = below('x-errand');
const postgres = below('postgres', below('services'));
const instances = ['errand-1', 'errand-2', 'errand-3'].map((name) => ({ name, lines: below(name) }));

describe('compose.fleet.yaml', () => {
  it('has three instances, each by its own name and at its own port of the loopback address', () => {
    expect(below('services').match(/^ {2}\S+:/gm)).toHaveLength(instances.length + 1);
    for (const { name, lines } of instances) {
      expect(lines).toContain('<<: *errand');
      expect(lines).toContain(`hostname: ${name}\n`);
    }
    const ports = instances.map(({ lines }) => /ports: \['127\.0\.0\.1:(\d+):8080'\]/.exec(lines)?.[1]);
    expect(ports).toEqual(['8081', '8082', '8083']);
  });

  it('gives them settings that are settings, and a database that the other service is', () => {
    const given = [...below('environment', shared).matchAll(/^ +(\w+): (.*)$/gm)];
    const env = Object.fromEntries(
      given.map(([, name = '', value = '']) => [name, value.replaceAll("'", '')]),
    );
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(env)));
    const url = env['DATABASE_URL']?.replace(/\$\{[^}]*\}/, 'secret');
    expect(readConfig({ ...env, DATABASE_URL: url })).toMatchObject({
      databaseUrl: 'postgres://errand:secret@postgres:5432/errand',
      host: '0.0.0.0',
      port: 8080,
    });
    for (const name of ['USER', 'DB']) expect(postgres).toContain(`POSTGRES_${name}: errand\n`);
  });

  it('starts them when Postgres is healthy, and keeps no more of them than one bot is allowed', () => {
    expect(shared).toMatch(/depends_on:\n +postgres:\n +condition: service_healthy\n/);
    expect(postgres).toMatch(/image: postgres:18\n/);
    expect(postgres).toContain('pg_isready');
    const alone = read('compose.yaml');
    for (const key of ['read_only', 'tmpfs', 'cap_drop', 'security_opt', 'restart', 'stop_grace_period']) {
      const pattern = new RegExp(`^ +${key}:.*\\n(?: +- .*\\n)*`, 'm');
      const lines = (text: string) => pattern.exec(text)?.[0].replaceAll(/^ +/gm, '');
      expect(lines(shared)).toBe(lines(alone));
      expect(lines(shared)).toBeTruthy();
    }
  });

  it('asks after their health as the image does, and shares no directory between them', () => {
    expect(shared).toContain('test: [CMD, node, src/web/probe.ts]');
    expect(read('Dockerfile')).toContain('CMD ["node", "src/web/probe.ts"]');
    expect(shared).toMatch(/volumes:\n +- \/data\n/);
    expect(fleet.endsWith('\nvolumes:\n  postgres:\n')).toBe(true);
    expect(postgres).toContain('postgres:/var/lib/postgresql\n');
  });
});
