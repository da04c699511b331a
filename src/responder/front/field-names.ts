import { readHeaders } from '../../api/headers.ts';
import { framingFields } from './framing-fields.ts';

/** What a field name is to the front; a number from 0 on is the index of the name in `readHeaders`. */
export const field = { other: -1, framing: -2, connection: -3, invalid: -4 } as const;

/** May a name have this character (RFC 9110 §5.6.2)? */
const isToken = (byte: number): boolean => /[\w!#$%&'*+.^`|~-]/.test(String.fromCharCode(byte));

const codes: readonly (readonly [name: string, code: number])[] = [
  ...readHeaders.map((name, index) => [name, index] as const),
  ...framingFields.map((name) => [name, field.framing] as const),
  ['connection', field.connection],
];

const [invalid, unknown, start] = [0, 1, 2];

interface Automaton {
  /** The state after a byte: `next[state * 256 + byte]`; `invalid` when names have no such byte. */
  readonly next: Int16Array;
  /** What the name is that ends in a state. */
  readonly code: Int8Array;
  readonly start: number;
  readonly invalid: number;
}

/** Tells names byte by byte, in any case, without making strings of them. Its states are the names' prefixes. */
export const fieldNames: Automaton = buildAutomaton();

function buildAutomaton(): Automaton {
  const prefixes = new Set(
    codes.flatMap(([name]) => Array.from(name, (_, index) => name.slice(0, index + 1))),
  );
  const states = new Map([...prefixes].map((prefix, index) => [prefix, start + 1 + index] as const));
  states.set('', start);
  const next = new Int16Array((start + states.size) * 256);
  for (let at = unknown * 256; at < next.length; at += 1) next[at] = isToken(at % 256) ? unknown : invalid;
  for (const [prefix, state] of states) {
    if (prefix === '') continue;
    const row = (states.get(prefix.slice(0, -1)) ?? invalid) * 256;
    const last = prefix.slice(-1);
    for (const letter of [last, last.toUpperCase()]) next[row + letter.charCodeAt(0)] = state;
  }
  const code = new Int8Array(start + states.size).fill(field.other);
  code[invalid] = code[start] = field.invalid;
  for (const [name, value] of codes) code[states.get(name) ?? invalid] = value;
  return { next, code, start, invalid };
}
