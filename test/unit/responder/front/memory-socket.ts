import { Duplex } from 'node:stream';

/** The server's end of a connection that has no wire: the test is the client. */
export class MemorySocket extends Duplex {
  /** All that the server has sent so far, one character per byte. */
  received = '';
  readonly #isSlow: boolean;
  #unsent: (() => void)[] = [];

  /** @param isSlow what is written counts as sent only at the next `flush` */
  constructor(isSlow = false) {
    super({ allowHalfOpen: true, decodeStrings: false, highWaterMark: 64 * 1024 });
    this.#isSlow = isSlow;
  }

  /** The client sends these bytes. */
  deliver(bytes: string): void {
    if (!this.destroyed) this.push(Buffer.from(bytes, 'latin1'));
  }

  /** The client will send no more. */
  deliverEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  /** The client has read all that was sent. */
  flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const send of unsent) send();
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  get isEnded(): boolean {
    return this.writableEnded || this.destroyed;
  }

  /** As net.Socket's. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, sent: () => void): void {
    const send = (): void => {
      this.received += typeof chunk === 'string' ? chunk : chunk.toString('latin1');
      sent();
    };
    // As in a kernel, bytes that change before they are sent are sent changed.
    if (this.#isSlow) this.#unsent.push(send);
    else send();
  }
}
