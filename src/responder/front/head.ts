import type { WireRequest } from '../gate-context.ts';
import { readHeaders } from '../../api/headers.ts';
import { field, fieldNames } from './field-names.ts';

const cr = 13;
const lf = 10;
const blank = 32;
const colon = 58;

/** Longer heads are rare enough for node:http. */
const mostBytes = 16 * 1024;

/** The characters of a gate's URL. A query, an escape or anything else is rare enough for node:http. */
const isTarget = bytesOf((character) => /[\w./~-]/.test(character));

/** HTAB, SP and VCHAR (RFC 9110 §5.5), without the obs-text of old. */
const isValue = bytesOf((character) => /[\t -~]/.test(character));

const blankHeaders: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  readHeaders.map((name) => [name, undefined]),
);

/** The request that a chunk is; undefined when that is not certain. */
export type HeadReader = (chunk: Buffer) => WireRequest | undefined;

/**
 * The request in a chunk that is exactly one complete head, from its first byte to its last, that can be read in only
 * one way (RFC 9112 in its strictest reading):
 *
 *     ("GET" / "HEAD") SP "/gate/" 1*target SP "HTTP/1.1" CRLF
 *     1*( token ":" SP value CRLF )      value: printable ASCII and HTAB, at least one, no blank at its ends
 *     CRLF
 *
 * with one Host, no field that frames a message, none that is read twice. Undefined for anything else, which says
 * nothing about it: node:http is to judge.
 *
 * Its headers are those of `readHeaders`; an absent one is undefined. All texts are slices of one string, the head.
 */
export const readHead: HeadReader = (chunk) => {
  const { length } = chunk;
  if (length > mostBytes || !endsInEmptyLine(chunk)) return undefined;
  const text = chunk.toString('latin1');
  const method = methodOf(text);
  if (method === undefined) return undefined;
  const targetAt = method.length + 1;
  let at = targetAt + '/gate/'.length;
  while (isTarget[chunk[at] ?? 0] === 1) at += 1;
  if (!text.startsWith(' HTTP/1.1\r\n', at)) return undefined;
  const headers = new FieldLines(chunk, text, at + ' HTTP/1.1\r\n'.length).read();
  return headers && { method, target: text.slice(targetAt, at), headers };
};

function methodOf(text: string): 'GET' | 'HEAD' | undefined {
  if (text.startsWith('GET /gate/')) return 'GET';
  return text.startsWith('HEAD /gate/') ? 'HEAD' : undefined;
}

function endsInEmptyLine(chunk: Buffer): boolean {
  const { length } = chunk;
  return (
    chunk[length - 1] === lf &&
    chunk[length - 2] === cr &&
    chunk[length - 3] === lf &&
    chunk[length - 4] === cr
  );
}

/** Reads the field lines of a head, from its second line to the empty one. */
class FieldLines {
  readonly #chunk: Buffer;
  /** The chunk's bytes, one character each. */
  readonly #text: string;
  #at: number;

  constructor(chunk: Buffer, text: string, from: number) {
    this.#chunk = chunk;
    this.#text = text;
    this.#at = from;
  }

  /** Undefined unless every line can be read, is not about framing, and the empty one ends the chunk. */
  read(): WireRequest['headers'] | undefined {
    const headers = { ...blankHeaders };
    const end = this.#chunk.length - 2;
    while (this.#at < end) {
      const name = this.#name();
      const value = this.#value();
      if (value === undefined) return undefined;
      // An index below 0 would be looked up as a property name: a hundred times slower.
      if (name >= 0) {
        const key = readHeaders[name];
        if (key === undefined || headers[key] !== undefined) return undefined;
        headers[key] = value;
      } else if (name !== field.other && !isKeepAlive(name, value)) return undefined;
    }
    return this.#at === end && headers['host'] !== undefined ? headers : undefined;
  }

  /** What the name is that begins here; goes to the colon, or to what no name has. */
  #name(): number {
    const { next, code, start, invalid } = fieldNames;
    const chunk = this.#chunk;
    let state = start;
    let at = this.#at;
    while (chunk[at] !== colon && state !== invalid) {
      state = next[state * 256 + (chunk[at] ?? 0)] ?? invalid;
      at += 1;
    }
    this.#at = at;
    return code[state] ?? field.invalid;
  }

  /** The value after the colon here, when it has one blank before it, none at its ends, and CRLF after it. */
  #value(): string | undefined {
    const chunk = this.#chunk;
    const from = this.#at + 2;
    let to = from;
    while (isValue[chunk[to] ?? 0] === 1) to += 1;
    this.#at = to + 2;
    const isGood =
      chunk[from - 1] === blank &&
      (chunk[from] ?? 0) > blank &&
      (chunk[to - 1] ?? 0) > blank &&
      chunk[to] === cr &&
      chunk[to + 1] === lf;
    return isGood ? this.#text.slice(from, to) : undefined;
  }
}

const isKeepAlive = (name: number, value: string): boolean =>
  name === field.connection && value.toLowerCase() === 'keep-alive';

function bytesOf(has: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(has(String.fromCharCode(byte))));
}
