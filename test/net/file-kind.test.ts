// What a file is, found in its first bytes on disk, and whether its name then tells the truth.

import { mkdtempDisposable, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectKind } from '../../src/net/file-kind.ts';
import { nameAsFound } from '../../src/net/file-name.ts';

/** The name that a file of these bytes gets that was offered as `name`. */
async function nameFor(name: string, content: string): Promise<string> {
  await using home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  const path = join(home.path, 'file');
  await writeFile(path, content, 'latin1');
  await using handle = await open(path);
  return nameAsFound(name, await detectKind(handle));
}

const login = '\u00ef\u00bb\u00bf\r\n <!DOCTYPE html><html><title>Please log in</title>';

describe('detectKind', () => {
  it.each([
    ['report.pdf', login, 'report.pdf.html'],
    ['photo.jpg', '<html lang=en>', 'photo.jpg.html'],
    ['archive.zip', '<!-- gone --><p>', 'archive.zip.html'],
    ['download', login, 'download.html'],
    ['index.php', login, 'index.php'],
    ['page.htm', login, 'page.htm'],
    ['photo.png', '#!/bin/sh\nrm -r ~', 'photo.png.txt'],
    ['setup.exe', 'Not found', 'setup.exe.txt'],
    ['notes.md', '# Notes', 'notes.md'],
    ['data.csv', 'a;b\n1;2', 'data.csv'],
    ['code.ts', 'export const x = 1;', 'code.ts'],
    ['list.m3u', '#EXTM3U\n', 'list.m3u'],
    ['README', 'Read me', 'README'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'drawing.svg'],
    ['photo.jpg', 'MZ\u0090\u0000\u0003', 'photo.jpg.exe'],
    ['report.pdf', '\u007fELF\u0002\u0001\u0001', 'report.pdf.elf'],
    ['report.pdf', '%PDF-1.7\n', 'report.pdf'],
    ['photo.jpg', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR', 'photo.jpg.png'],
    ['data.bin', '\u0001\u0002\u0003\u0000', 'data.bin'],
    ['photo.jpg', '\u0001\u0002\u0003\u0000', 'photo.jpg'],
    ['empty.pdf.part', '', 'empty.pdf.part'],
  ])('lets %s with the content %j be called %s', async (name, content, expected) => {
    expect(await nameFor(name, content)).toBe(expected);
  });
});
