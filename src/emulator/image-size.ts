// The size of a picture, read from its first bytes.

/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** The size of a PNG, JPEG, GIF or WebP picture; undefined when the bytes are none of these. */
export function readImageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readPng(view) ?? readGif(view) ?? readJpeg(view) ?? readWebp(view);
  } catch (error) {
    // Bytes that end too early are no picture.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPng(view: Buffer): ImageSize | undefined {
  if (view.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  return { width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
}

function readGif(view: Buffer): ImageSize | undefined {
  if (!/^GIF8[79]a$/.test(view.toString('latin1', 0, 6))) return undefined;
  return { width: view.readUInt16LE(6), height: view.readUInt16LE(8) };
}

/** Walks the segments to the frame header (ITU T.81, B.2.2). */
function readJpeg(view: Buffer): ImageSize | undefined {
  if (view.toString('latin1', 0, 3) !== '\xff\xd8\xff') return undefined;
  let position = 2;
  for (;;) {
    while (view.readUInt8(position) === 0xff) position += 1;
    const marker = view.readUInt8(position);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.readUInt16BE(position + 4), width: view.readUInt16BE(position + 6) };
    position += 1 + view.readUInt16BE(position + 1);
    if (view.readUInt8(position) !== 0xff) return undefined;
  }
}

function readWebp(view: Buffer): ImageSize | undefined {
  if (view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  switch (view.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: view.readUInt16LE(26) & 0x3fff, height: view.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = view.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: view.readUIntLE(24, 3) + 1, height: view.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
