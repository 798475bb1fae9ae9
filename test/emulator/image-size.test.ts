// Sizes of pictures in each format that Telegram takes as a photo.

import { describe, expect, it } from 'vitest';
import { readImageSize } from '../../src/emulator/image-size.ts';

describe('readImageSize', () => {
  it('reads JPEG, GIF and WebP', () => {
    const jpeg = 'ffd8ffe000104a46494600010100000100010000ffc00011080102030401';
    const gif = '474946383961e803f401';
    const webp = `52494646${'00'.repeat(4)}57454250565038580a000000${'00'.repeat(4)}7f02003f0100`;
    expect(readImageSize(Buffer.from(jpeg, 'hex'))).toEqual({ width: 0x0304, height: 0x0102 });
    expect(readImageSize(Buffer.from(gif, 'hex'))).toEqual({ width: 1000, height: 500 });
    expect(readImageSize(Buffer.from(webp, 'hex'))).toEqual({ width: 640, height: 320 });
    expect(readImageSize(Buffer.from(jpeg.slice(0, 30), 'hex'))).toBeUndefined();
  });
});
