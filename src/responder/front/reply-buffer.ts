import type { Writable } from 'node:stream';
import { lengthOf } from '../answer.ts';

/** Room for the built-in pages and their headers. */
const size = 16 * 1024;

/**
 * Answers are put together here, one after the other in the same place, which so stays in the processor's cache: joined
 * strings would be new memory for each answer, and twice as dear to send as nothing but the bytes.
 */
export class ReplyBuffer {
  #bytes = Buffer.allocUnsafeSlow(size);

  /** Sends the pieces, one character per byte; false when the socket should be given time to send them. */
  send(socket: Writable, pieces: readonly string[]): boolean {
    const length = lengthOf(pieces);
    if (length > size) return socket.write(pieces.join(''), 'latin1');
    const bytes = this.#bytes;
    let at = 0;
    for (const piece of pieces) at += bytes.write(piece, at, 'latin1');
    const hasRoom = socket.write(bytes.subarray(0, length));
    // What the kernel has not taken yet is sent from these bytes later: they are the socket's, and must not change.
    if (socket.writableLength > 0) this.#bytes = Buffer.allocUnsafeSlow(size);
    return hasRoom;
  }
}
