// Things that are small as they come and huge once they are unpacked.

import {
  brotliCompressSync,
  constants,
  crc32,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';

const zeros = Buffer.alloc(1_000_000);

/** A page of 10 MB, nearly all of it nothing. */
const hugePage = Buffer.concat([Buffer.from('<title>The title</title>'), Buffer.alloc(10_000_000)]);

/** The page as each coding, or several of them one over another, makes it. */
export const codedPages: readonly (readonly [coding: string, page: Buffer])[] = [
  ['gzip', gzipSync(hugePage)],
  ['deflate', deflateSync(hugePage)],
  ['br', brotliCompressSync(hugePage)],
  ['zstd', zstdCompressSync(hugePage)],
  ['gzip, gzip', gzipSync(gzipSync(hugePage))],
  ['zstd, br, gzip', gzipSync(brotliCompressSync(zstdCompressSync(hugePage)))],
];

/** An XML document whose last word stands for three thousand million (the "billion laughs"). */
export const entityBomb = Buffer.from(
  [
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">',
    ...Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`),
    ']><html><head><title>&l9;</title></head></html>',
  ].join('\n'),
);

/** A zip of one file of 1 GB of zeros. */
export const zipBomb = zip('zeros', 1_000);

/** A whole PNG of 30,000 × 30,000 black points, of one bit each. */
export const vastPicture = picture(30_000);

/** So many million zeros, deflated: each million the same way, so that it costs no more than one. */
function deflateZeros(millions: number): Buffer {
  const million = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH });
  const emptyEnd = Buffer.from([3, 0]);
  return Buffer.concat([...Array.from({ length: millions }, () => million), emptyEnd]);
}

function zip(name: string, millions: number): Buffer {
  const packed = deflateZeros(millions);
  const sum = Array.from({ length: millions }).reduce<number>((before) => crc32(zeros, before), 0);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(sum, 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(millions * zeros.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
  const listed = [Buffer.from('PK\u0001\u0002\u0014\u0000'), common, Buffer.alloc(14), Buffer.from(name)];
  const index = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, index, end]);
}

/** Its rows are zeros, and a little more than they have to be. */
function picture(side: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 1;
  const millions = Math.ceil((side * (1 + side / 8)) / zeros.length);
  const checksum = Buffer.alloc(4);
  // Adler-32 of zeros (RFC 1950).
  checksum.writeUInt16BE((millions * zeros.length) % 65_521, 0);
  checksum.writeUInt16BE(1, 2);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', head),
    pngChunk('IDAT', Buffer.concat([Buffer.from('7801', 'hex'), deflateZeros(millions), checksum])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4);
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
