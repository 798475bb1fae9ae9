// Names of form fields and files as clients write them, quoted or not.

import { describe, expect, it } from 'vitest';
import { readDisposition } from '../../src/emulator/read-disposition.ts';

describe('readDisposition', () => {
  it.each([
    ['form-data;name="a"', { name: 'a' }],
    ['form-data; name=a b ; filename=c d.txt', { name: 'a b', filename: 'c d.txt' }],
    ['form-data; name="a"; filename="x \\"y\\"; z"', { name: 'a', filename: 'x "y"; z' }],
    ['form-data; filename=a%20b%; name=f', { name: 'f', filename: 'a b%' }],
    [Buffer.from('form-data; name=f; filename=ü').toString('latin1'), { name: 'f', filename: 'ü' }],
  ])('reads %j', (header, disposition) => {
    expect(readDisposition(header)).toEqual(disposition);
  });

  it.each(['attachment; name=a', 'form-data; filename=a', 'form-data; name="a'])('refuses %j', (header) => {
    expect(() => readDisposition(header)).toThrow('Bad Request');
  });
});
