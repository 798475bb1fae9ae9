// Bodies as they are meant: content codings undone, with limits on what may come in and on what may come out.

import { pipeline, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import { LimitError, UnpackError } from './failure.ts';

/** The codings that are offered to servers. `deflate` is left out: half of those who send it mean another format. */
export const acceptedCodings = 'gzip, br, zstd';

/** How often larger than on the wire a body may become, once it is past `ratioFreeBytes`. */
const maxRatio = 100;
const ratioFreeBytes = 1_000_000;

const maxCodings = 3;

/** Headers and checksums of a small body may make it larger on the wire than it is. */
const wireSlackBytes = 65_536;

/** RFC 9659: zstd on the web needs no window above 8 MB. */
const zstdParams = { [constants.ZSTD_d_windowLogMax]: 23 };

/**
 * Yields the decoded bytes of `body`, at most `maxBytes` of them, then throws `LimitError` if there are more,
 * on the wire or decoded. Throws `UnpackError` for a coding that is unknown, broken or a bomb, and what the body itself
 * broke with. Leaving the loop early destroys the body.
 */
export async function* unpack(
  body: Readable,
  { contentEncoding = '', maxBytes }: { contentEncoding?: string | undefined; maxBytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  const wire = countWire(maxBytes + wireSlackBytes);
  let size = 0;
  let isCoded = false;
  try {
    const codings = readCodings(contentEncoding);
    isCoded = codings.length > 0;
    const stages = isCoded ? [wire.counter, ...codings.toReversed().map(createDecoder)] : [];
    for await (const chunk of stages.reduce(join, body) as AsyncIterable<Buffer>) {
      const room = maxBytes - size;
      size += chunk.length;
      if (isCoded && size > ratioFreeBytes && size > wire.bytes() * maxRatio)
        throw new UnpackError(`Cannot unpack: ${wire.bytes()} bytes became more than ${size}`);
      if (chunk.length > room) {
        yield chunk.subarray(0, room);
        throw new LimitError(maxBytes);
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof LimitError || error instanceof UnpackError) throw error;
    if (body.errored || !isCoded) throw body.errored ?? error;
    throw new UnpackError(`Cannot unpack ${contentEncoding}: the data is broken`, { cause: error });
  } finally {
    body.destroy();
  }
}

function readCodings(contentEncoding: string): string[] {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > maxCodings) throw new UnpackError(`Cannot unpack: ${codings.length} codings`);
  return codings;
}

function createDecoder(coding: string): Transform {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: zstdParams });
    default:
      throw new UnpackError(`Cannot unpack: unknown coding "${coding.slice(0, 40)}"`);
  }
}

function countWire(limit: number): { counter: Transform; bytes: () => number } {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new LimitError(limit));
      else done(null, chunk);
    },
  });
  return { counter, bytes: () => bytes };
}

/** Failures travel along the pipeline in both directions; the reader at its end reports them. */
function join(from: Readable, to: Transform): Transform {
  return pipeline(from, to, () => {});
}
