import type { Socket } from 'node:net';
import { type Answer, failureAt } from '../answer.ts';
import type { WireRequest } from '../gate-context.ts';
import { FrontConnection, type Reply } from './connection.ts';
import { type HeadReader, readHead } from './head.ts';
import { HttpDate } from './http-date.ts';
import { ReplyBuffer } from './reply-buffer.ts';
import { replyPieces } from './reply.ts';

export interface FrontOptions {
  /** The answer to a request. Synchronous, so that answers leave in the order of the requests. */
  readonly answer: (request: WireRequest) => Answer;
  /** True: end each connection after its answer. */
  readonly isDraining: () => boolean;
  /** A request failed inside; the visitor is kept out. */
  readonly onError: (error: unknown) => void;
  /** Gives a socket to node:http. */
  readonly adopt: (socket: Socket) => void;
  /** As Keep-Alive says it, and as it is kept. */
  readonly keepAliveSeconds: number;
  /** How long a connection may be silent before its first request. */
  readonly firstRequestSeconds: number;
  /** Replaces the grammar: for tests, which have to find a bad one. */
  readonly readHead?: HeadReader | undefined;
}

/** How often silent connections are looked for. */
const sweepSeconds = 5;

/** The connections of the gate port that have only sent what the front understands. */
export class Front {
  readonly #options: FrontOptions;
  readonly #readHead: HeadReader;
  readonly #connections = new Set<FrontConnection>();
  readonly #freshSweeps: number;
  readonly #date = new HttpDate();
  readonly #buffer = new ReplyBuffer();
  #timer: NodeJS.Timeout | undefined;
  /** Sweeps that a connection may be silent for after an answer. */
  readonly idleSweeps: number;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#readHead = options.readHead ?? readHead;
    // One more: the first sweep may come at once.
    this.#freshSweeps = 1 + Math.ceil(options.firstRequestSeconds / sweepSeconds);
    this.idleSweeps = 1 + Math.ceil(options.keepAliveSeconds / sweepSeconds);
  }

  /** Serves a new connection. */
  readonly accept = (socket: Socket): void => {
    this.#connections.add(new FrontConnection(socket, this, this.#freshSweeps));
  };

  /** Begins to look for silent connections. */
  start(): void {
    this.#timer ??= setInterval(() => this.sweep(), sweepSeconds * 1000).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends every connection as soon as the answer under way has been sent. */
  endAll(): void {
    for (const connection of this.#connections) connection.end();
  }

  /** Ends every connection now. */
  destroyAll(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** The answer to a chunk that is a request. */
  readonly reply = (chunk: Buffer): Reply | undefined => {
    const request = this.#readHead(chunk);
    if (request === undefined) return undefined;
    const { answer, isDraining, onError, keepAliveSeconds } = this.#options;
    const close = isDraining();
    const options = { method: request.method, close, keepAliveSeconds, date: this.#date.now() };
    try {
      return { pieces: replyPieces(answer(request), options), close };
    } catch (error) {
      onError(error);
      return { pieces: replyPieces(failureAt(request.target), options), close };
    }
  };

  /** Sends the pieces of an answer; false when the socket should be given time to send them. */
  readonly send = (socket: Socket, pieces: readonly string[]): boolean => this.#buffer.send(socket, pieces);

  /** Gives a socket to node:http, what came in on it first. */
  readonly handOver = (socket: Socket, chunk: Buffer): void => {
    socket.pause();
    socket.unshift(chunk);
    this.#options.adopt(socket);
    socket.resume();
  };

  /** Forgets a connection. */
  readonly onGone = (connection: FrontConnection): void => {
    this.#connections.delete(connection);
  };

  /** Ends the connections that have been silent for too long; to be called every five seconds. */
  sweep(): void {
    for (const connection of this.#connections) {
      connection.sweepsLeft -= 1;
      if (connection.sweepsLeft <= 0) connection.destroy();
    }
  }
}
