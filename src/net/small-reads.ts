// Bytes for the parser in small pieces: only between two of them does it stop, when what it has read is too much.

import type { Socket } from 'node:net';

/**
 * Undici makes an error, stack and all, for each header beyond the limit that comes in the same piece. Of 64 KB, as
 * sockets give them, that would be 16,000: 130 ms in which nothing else runs.
 */
const pieceBytes = 4_096;

/**
 * Has `socket` give out no more than 4 KB at once while it is open, and nothing once its headers were too much.
 * Disposing the result ends that.
 */
export function readInPieces(socket: Socket): Disposable {
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    if (isFlooded(socket)) return null;
    // What a broken connection has left is asked for once. A size of more than there is would give nothing.
    if (socket.destroyed || size !== undefined) return read(size);
    return read(Math.min(socket.readableLength, pieceBytes) || undefined);
  };
  return { [Symbol.dispose]: () => void (socket.read = read) };
}

/** Whether the socket was closed for the sake of headers beyond the limit. */
function isFlooded({ errored }: Socket): boolean {
  return errored !== null && 'code' in errored && errored.code === 'UND_ERR_HEADERS_OVERFLOW';
}
