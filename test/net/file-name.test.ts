// Names that servers give to files, and what is left of them.

import { describe, expect, it } from 'vitest';
import { cleanFileName, nameAsFound, nameFile } from '../../src/net/file-name.ts';
import fc from '../properties.ts';

const url = new URL('https://example.com/files/report.pdf?x=1');
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describe('nameFile', () => {
  it.each([
    ['attachment; filename="annual report.pdf"', 'annual report.pdf'],
    ['attachment; filename=plain.txt', 'plain.txt'],
    ["attachment; filename=plain.txt; filename*=UTF-8''%D1%84%D0%B0%D0%B9%D0%BB.txt", 'файл.txt'],
    ["attachment; filename*=UTF-8''a%2Fb%5C..%2Fc.txt", 'c.txt'],
    ["attachment; filename*=UTF-8''%E2%80%AEfdp.exe", 'fdp.exe'],
    ["inline; filename*=iso-8859-1''%A3.txt", 'file.txt'],
    [`attachment; filename="${latin1('отчёт.pdf')}"`, 'отчёт.pdf'],
    ['attachment; filename="caf\u00e9.pdf"', 'café.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd.pdf'],
    ['attachment; filename="C:\\\\Windows\\\\evil.dll"', 'evil.dll'],
    ['attachment; filename=""', 'report.pdf'],
    ['attachment', 'report.pdf'],
    ['', 'report.pdf'],
    ['nonsense;;;=', 'report.pdf'],
    ['attachment; filename="a\\"b\\\\c.txt"', 'c.txt'],
    ['attachment; filename="say \\"hi\\".txt"', 'say hi.txt'],
    ['attachment; filename = two words.txt', 'two words.txt'],
    ['ATTACHMENT; FILENAME="Loud.TXT"', 'Loud.TXT'],
    ['attachment; filename="first.txt"; filename="second.txt"', 'first.txt'],
    ["attachment; filename*=UTF-8''first.txt; filename*=UTF-8''second.txt", 'first.txt'],
    ["attachment; filename*=UTF-8'en'%41.txt; filename=b.txt", 'A.txt'],
    ["attachment; filename*=windows-1251''%EF%F0.txt", 'пр.txt'],
    ["attachment; filename=plain.txt; filename*=klingon''%41.txt", 'plain.txt'],
    ["attachment; filename*=klingon''%41.txt", 'report.pdf'],
    ['attachment; filename*="UTF-8\'\'%D1%84.txt"', 'ф.txt'],
    ["attachment; filename*=UTF-8''%FFa%D1.txt", 'a.txt'],
    ["attachment; filename*=UTF-8''%zz%4.txt", 'zz 4.txt'],
    ["attachment; filename=safe.txt; filename*=UTF-8''%D1.txt", 'safe.txt'],
    ['attachment; filename="never closed.txt', 'report.pdf'],
    ['attachment; x="; filename=evil.exe"; filename=good.txt', 'good.txt'],
    ["attachment; filename*=UTF-8''..%5C..%5CCON.txt", '_CON.txt'],
    ["attachment; filename*=UTF-8''photo%E2%80%AEgpj.exe%00.jpg", 'photogpj.exe.jpg'],
  ])('reads %s', (disposition, name) => {
    expect(nameFile(url, disposition, 'application/pdf')).toBe(name);
  });

  it('makes a safe name of any header', () => {
    const piece = fc.constantFrom(
      'filename',
      '*',
      '=',
      '"',
      '\\',
      ';',
      "'",
      'UTF-8',
      '%2F',
      '%E2%80%AE',
      '%',
      '/',
      ' ',
      '.',
      'a',
      'ÿ',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: piece }), fc.string({ unit: 'binary' })), (header) => {
        const name = nameFile(url, `attachment; filename${header}`, undefined);
        expect(name).toMatch(/^[\p{L}\p{M}\p{N}_(][\p{L}\p{M}\p{N} ._()-]*$/u);
        expect(cleanFileName(name)).toBe(name);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['https://example.com/', 'text/html', 'file.html'],
    ['https://example.com/a/b/', undefined, 'b'],
    ['https://example.com/%D1%84%D0%B0%D0%B9%D0%BB', 'image/png', 'файл.png'],
    ['https://example.com/%ff%fe.bin', undefined, 'ff fe.bin'],
    ['https://example.com/%2e%2e%2fetc%2fpasswd', undefined, 'passwd'],
    ['https://example.com/x', 'application/octet-stream', 'x'],
    ['https://example.com/x', 'nonsense', 'x'],
  ])('names %s of type %s', (address, type, name) => {
    expect(nameFile(new URL(address), undefined, type)).toBe(name);
  });
});

describe('cleanFileName', () => {
  it.each([
    ['a\u0000b.txt', 'a b.txt'],
    ['a\r\nContent-Type: x.txt', 'a Content-Type x.txt'],
    ['gnp.\u202Eexe', 'gnp.exe'],
    ['a\u2066b\u200Bc\uFEFF.txt', 'abc.txt'],
    ['📄.pdf', 'file.pdf'],
    ['a\u3164b\u115F\uFFA0c\u034F\u180B.exe\uFE0F', 'abc.exe'],
    ['a\u{E0100}b\u{E0041}.txt', 'ab.txt'],
    ['\u3164.exe', 'exe'],
    ['a\uD800b.txt', 'a b.txt'],
    ['"quoted";x=1.txt', 'quoted x 1.txt'],
    ['<script>.html', 'script.html'],
    ['.htaccess', 'htaccess'],
    ['...', 'file'],
    ['..', 'file'],
    ['-rf', 'rf'],
    ['   ', 'file'],
    ['', 'file'],
    ['/', 'file'],
    ['name. . .', 'name'],
    ['con', '_con'],
    ['CON.txt', '_CON.txt'],
    ['con.tar.gz', '_con.tar.gz'],
    ['COM¹.log', '_COM¹.log'],
    ['lpt0', '_lpt0'],
    ['console.txt', 'console.txt'],
    ['a\u0301.txt', 'á.txt'],
    [`z${'\u0335'.repeat(20)}.txt`, 'z.txt'],
    ['📄 plan.md', 'plan.md'],
    ['सूची.txt', 'सूची.txt'],
    ['a.b.c', 'a.b.c'],
  ])('turns %j into %j', (raw, name) => {
    expect(cleanFileName(raw)).toBe(name);
  });

  it('keeps the extension of a long name, within 100 characters and 200 bytes', () => {
    expect(cleanFileName(`${'a'.repeat(500)}.pdf`)).toBe(`${'a'.repeat(96)}.pdf`);
    const cyrillic = cleanFileName(`${'ы'.repeat(500)}.pdf`);
    expect(cyrillic).toBe(`${'ы'.repeat(96)}.pdf`);
    const thai = cleanFileName(`${'ก'.repeat(500)}.pdf`);
    expect(Buffer.byteLength(thai)).toBeLessThanOrEqual(200);
    expect(thai.endsWith('.pdf')).toBe(true);
  });

  const anything = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
  const tricky = fc.constantFrom(
    '.',
    '/',
    '\\',
    ' ',
    'con',
    'COM',
    '¹',
    '-',
    '\u0301',
    '\u3164',
    '\uFE0F',
    '\u202E',
  );

  it('is safe whatever comes in, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(anything, tricky), maxLength: 300 }), (raw) => {
        const name = cleanFileName(raw);
        expect(name).toMatch(/^[\p{L}\p{M}\p{N}_(][\p{L}\p{M}\p{N} ._()-]*$/u);
        expect(name).not.toMatch(/[. ]$|\p{Default_Ignorable_Code_Point}/u);
        expect(name.isWellFormed()).toBe(true);
        expect(name.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
        expect(cleanFileName(name)).toBe(name);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not take long over a hostile name', () => {
    for (const raw of [
      '. '.repeat(1e5),
      'a\u0301\u0323'.repeat(1e5),
      `a${' '.repeat(1e5)}b`,
      '\\'.repeat(1e5),
    ])
      expect(cleanFileName(raw).length).toBeLessThanOrEqual(100);
  });
});

describe('nameAsFound', () => {
  const kinds = {
    png: 'image/png',
    jpg: 'image/jpeg',
    webp: 'image/webp',
    zip: 'application/zip',
    exe: 'application/x-msdownload',
    elf: 'application/x-elf',
    pdf: 'application/pdf',
    mp4: 'video/mp4',
    ogg: 'audio/ogg',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    gz: 'application/gzip',
    cfb: 'application/x-cfb',
    xml: 'application/xml',
  };
  it.each<[string, keyof typeof kinds | undefined, string]>([
    ['photo.jpg', 'exe', 'photo.jpg.exe'],
    ['photo.jpg', 'zip', 'photo.jpg.zip'],
    ['photo.jpg', 'webp', 'photo.jpg.webp'],
    ['report.pdf', 'elf', 'report.pdf.elf'],
    ['readme.txt', 'pdf', 'readme.txt.pdf'],
    ['setup.exe', 'png', 'setup.exe.png'],
    ['photo', 'png', 'photo.png'],
    ['photo.jpeg', 'jpg', 'photo.jpeg'],
    ['photo.PNG', 'png', 'photo.PNG'],
    ['book.docx', 'zip', 'book.docx'],
    ['app.apk', 'zip', 'app.apk'],
    ['x.tar.gz', 'gz', 'x.tar.gz'],
    ['x.tgz', 'gz', 'x.tgz'],
    ['old.xls', 'cfb', 'old.xls'],
    ['feed.rss', 'xml', 'feed.rss'],
    ['drawing.svg', 'xml', 'drawing.svg'],
    ['song.m4a', 'mp4', 'song.m4a'],
    ['song.opus', 'ogg', 'song.opus'],
    ['lib.dll', 'exe', 'lib.dll'],
    ['report.docx', 'docx', 'report.docx'],
    ['data.unheardof', 'zip', 'data.unheardof'],
    ['data.unheardof', 'exe', 'data.unheardof.exe'],
    ['notes.txt', undefined, 'notes.txt'],
  ])('gives %s that is %s the name %s', (name, ext, expected) => {
    expect(nameAsFound(name, ext && { ext, mime: kinds[ext] })).toBe(expected);
  });
});
