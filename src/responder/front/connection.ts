import type { Socket } from 'node:net';

/** What to send back for a chunk. */
export interface Reply {
  /** One character per byte (latin1). */
  readonly pieces: readonly string[];
  /** End the connection after it. */
  readonly close: boolean;
}

/** What a connection of the front lives by. */
export interface ConnectionOwner {
  /** Undefined when the chunk is not for the front. */
  readonly reply: (chunk: Buffer) => Reply | undefined;
  /** False when the socket should be given time to send what it was given. */
  readonly send: (socket: Socket, pieces: readonly string[]) => boolean;
  /** Takes the socket over, and what came in on it with it. Nothing of the front listens on it any more. */
  readonly handOver: (socket: Socket, chunk: Buffer) => void;
  /** Sweeps that a connection may be silent for after an answer. */
  readonly idleSweeps: number;
  /** The connection is closed, or not the front's any more. */
  readonly onGone: (connection: FrontConnection) => void;
}

/** One socket, for as long as every chunk on it is a request that the front understands. It keeps no bytes. */
export class FrontConnection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  /** Counted down by the owner's sweeps: cheaper than a timer that every request starts again. */
  sweepsLeft: number;

  constructor(socket: Socket, owner: ConnectionOwner, freshSweeps: number) {
    this.#socket = socket;
    this.#owner = owner;
    this.sweepsLeft = freshSweeps;
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
  }

  /** Ends it: at once, or when the answer that is under way has been sent. */
  end(): void {
    if (this.#socket.writableLength === 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  /** Ends it whatever is under way. */
  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    const reply = this.#owner.reply(chunk);
    if (reply === undefined) {
      this.#handOver(chunk);
      return;
    }
    this.sweepsLeft = this.#owner.idleSweeps;
    const hasRoom = this.#owner.send(this.#socket, reply.pieces);
    if (reply.close) {
      this.#socket.off('data', this.#onData);
      this.#socket.destroySoon();
    } else if (!hasRoom) this.#socket.pause();
  };

  readonly #onDrain = (): void => {
    this.#socket.resume();
  };

  /** The client has said all it will say, and has its answers: node:http ends such a connection too. */
  readonly #onEnd = (): void => {
    this.#socket.end();
  };

  readonly #onClose = (): void => {
    this.#owner.onGone(this);
  };

  #handOver(chunk: Buffer): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    socket.off('error', ignore);
    socket.off('close', this.#onClose);
    this.#owner.onGone(this);
    this.#owner.handOver(socket, chunk);
  }
}

/** A connection that breaks is closed, and that is all there is to do. */
function ignore(): void {}
