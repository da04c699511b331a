import { setImmediate as turn } from 'node:timers/promises';
import { type HeadReader, readHead } from '../../../../src/responder/front/head.ts';
import { GateServer, PlainGateServer } from '../../../../src/responder/gate-server.ts';
import type { ByteStream } from './byte-streams.ts';
import { MemorySocket } from './memory-socket.ts';
import { Recorder } from './recorder.ts';

/** What a server made of a stream: for each piece what it took for requests, what it sent, and whether it hung up. */
export type Transcript = readonly string[];

/** A stream that the two servers differ in, and how. */
export interface Difference {
  readonly stream: ByteStream;
  readonly front: Transcript;
  readonly plain: Transcript;
}

/** node:http with the front before it beside node:http alone. */
export class Comparison {
  readonly #front: Side;
  readonly #plain: Side;
  /** Requests that the front has answered itself. */
  taken = 0;

  /** @param reader the front's grammar, or a bad one */
  constructor(reader: HeadReader = readHead) {
    const counted: HeadReader = (chunk) => {
      const request = reader(chunk);
      if (request !== undefined) this.taken += 1;
      return request;
    };
    this.#front = new Side((recorder) => new GateServer(recorder, counted));
    this.#plain = new Side((recorder) => new PlainGateServer(recorder));
  }

  /** Plays a stream to both; undefined when they agree. */
  async play(stream: ByteStream): Promise<Difference | undefined> {
    this.#front.begin(stream);
    this.#plain.begin(stream);
    for (const piece of stream.pieces) {
      this.#front.deliver(piece);
      this.#plain.deliver(piece);
      await this.#settle();
    }
    this.#front.deliverEnd();
    this.#plain.deliverEnd();
    await this.#settle();
    const [front, plain] = [this.#front.finish(), this.#plain.finish()];
    const isSame = front.every((step, index) => step === plain[index]);
    return isSame ? undefined : { stream, front, plain };
  }

  /** Lets both do all they can do: there is no input or output but that of the test, so a turn is enough. */
  async #settle(): Promise<void> {
    await turn();
    while (this.#front.flush() || this.#plain.flush()) await turn();
    this.#front.note();
    this.#plain.note();
  }
}

/** One of the two servers, with one connection. */
class Side {
  readonly #recorder = new Recorder();
  readonly #server: GateServer | PlainGateServer;
  #socket = new MemorySocket();
  #steps: string[] = [];
  #seen = 0;

  constructor(serverOf: (recorder: Recorder) => PlainGateServer) {
    this.#server = serverOf(this.#recorder);
  }

  begin({ isDraining, isSlow }: ByteStream): void {
    this.#recorder.isLeaving = isDraining;
    this.#steps = [];
    this.#seen = 0;
    this.#socket = new MemorySocket(isSlow);
    this.#server.emit('connection', this.#socket);
  }

  deliver(piece: string): void {
    this.#socket.deliver(piece);
  }

  deliverEnd(): void {
    this.#socket.deliverEnd();
  }

  /** True when there was something that the client had not read. */
  flush(): boolean {
    const { hasUnsent } = this.#socket;
    this.#socket.flush();
    return hasUnsent;
  }

  note(): void {
    const { received, isEnded } = this.#socket;
    const { requests } = this.#recorder;
    const sent = received.slice(this.#seen).replaceAll(/Date: [^\r]*/g, 'Date: now');
    this.#seen = received.length;
    this.#steps.push(`asked: ${requests.join('; ')}\nsent: ${sent}\nended: ${isEnded}`);
    requests.length = 0;
  }

  finish(): Transcript {
    this.#socket.destroy();
    return this.#steps;
  }
}
