// Links as people type and paste them, and as somebody types them who means harm.

import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { dropTracking, readLink } from '../../src/net/link.ts';
import { rules } from './settings.ts';

function keyFor(text: string): string {
  try {
    return readLink(text).href;
  } catch (error) {
    return error instanceof UserError ? error.key : String(error);
  }
}

describe('readLink', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTP://Example.COM/Path?q=1#top', 'http://example.com/Path?q=1#top'],
    ['  example.com  ', 'https://example.com/'],
    ['example.com/a/b', 'https://example.com/a/b'],
    ['example.com:8443/a', 'https://example.com:8443/a'],
    ['//example.com/a', 'https://example.com/a'],
    ['example.com?next=http://other.example', 'https://example.com/?next=http://other.example'],
    ['пример.рф', 'https://xn--e1afmkfd.xn--p1ai/'],
    ['https://example.com.', 'https://example.com./'],
    ['http://93.184.216.34/', 'http://93.184.216.34/'],
    ['93.184.216.34', 'https://93.184.216.34/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['[2606:4700:4700::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
    ['https://example.com/@me', 'https://example.com/@me'],
  ])('reads %s', (text, href) => {
    expect(keyFor(text)).toBe(href);
  });

  it.each([
    '',
    '   ',
    'hello',
    'hello world',
    'two words.example',
    'https://',
    'http:///',
    'https://?q',
    'http://exa mple.com',
    'http://example.com/a\nb',
    'http://example.com/a\tb',
    'exam\u0000ple.com',
    'https://exa%20mple.com',
    'https://[::1',
    'https://1.2.3.4.5',
    'https://example.com:99999',
    'intranet',
    'intranet/page',
    'localhost',
    'me@example.com',
    '12345',
    '1.5',
    '0x7f.1',
    '127.1',
    '::1',
    'http://[fe80::1%25lo]/',
  ])('says that %j is not a link', (text) => {
    expect(keyFor(text)).toBe('error-not-a-link');
  });

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,hi',
    'blob:https://example.com/1',
    'mailto:me@example.com',
    'tel:12345',
    'tg://resolve?domain=x',
    'gopher://example.com:70/1',
    'ws://example.com/',
    'view-source:https://example.com',
    'about:blank',
  ])('refuses the scheme of %s', (text) => {
    expect(keyFor(text)).toBe('error-scheme');
  });

  it.each([
    'https://me@example.com',
    'https://me:secret@example.com',
    'http://trusted.example@127.0.0.1/',
    'http://:x@a.b',
  ])('refuses the user name in %s', (text) => {
    expect(keyFor(text)).toBe('error-userinfo');
  });

  it.each([22, 25, 53, 110, 445, 2375, 3306, 3389, 5432, 6379, 6667, 9200, 10250, 11211, 27017])(
    'refuses port %i',
    (port) => {
      expect(keyFor(`http://example.com:${port}/`)).toBe('error-port');
    },
  );

  it.each([80, 443, 3000, 8000, 8080, 8443, 4711])('allows port %i', (port) => {
    expect(keyFor(`http://example.com:${port}/`)).toMatch(/^http:/);
  });

  it('refuses an address of more than 2,048 characters, as typed or as encoded', () => {
    expect(keyFor(`https://example.com/${'a'.repeat(2_028)}`)).toMatch(/^https:/);
    expect(keyFor(`https://example.com/${'a'.repeat(2_029)}`)).toBe('error-link-too-long');
    expect(keyFor(`https://example.com/${'ы'.repeat(700)}`)).toBe('error-link-too-long');
  });

  it('takes a host without dot, and a port of another service, where a rule names them', () => {
    expect(readLink('http://wiki:6379/', rules('wiki:6379')).href).toBe('http://wiki:6379/');
    expect(readLink('localhost:8080/a', rules('localhost')).href).toBe('https://localhost:8080/a');
    expect(readLink('http://10.0.0.5:9200/', rules('10.0.0.0/8:9200')).href).toBe('http://10.0.0.5:9200/');
    expect(() => readLink('http://10.0.0.5:9200/', rules('10.0.0.0/8'))).toThrow('error-private');
    expect(() => readLink('http://wiki:6379/', rules('wiki:80'))).toThrow('error-private');
  });
});

describe('dropTracking', () => {
  it.each([
    ['https://a.example/?utm_source=x&id=7&UTM_campaign=y&fbclid=z', 'https://a.example/?id=7'],
    ['https://a.example/?gclid=1', 'https://a.example/'],
    ['https://a.example/?utm_source#part', 'https://a.example/#part'],
    ['https://a.example/?q=a%20b+c&x=%7E&utm_medium=1', 'https://a.example/?q=a%20b+c&x=%7E'],
    ['https://a.example/?autm_x=1&q=utm_source=2', 'https://a.example/?autm_x=1&q=utm_source=2'],
  ])('shortens %s', (from, to) => {
    expect(dropTracking(new URL(from)).href).toBe(to);
  });

  it('leaves the address it is given as it is', () => {
    const url = new URL('https://a.example/?utm_source=x');
    dropTracking(url);
    expect(url.search).toBe('?utm_source=x');
  });
});
