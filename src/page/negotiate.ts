import Negotiator from 'negotiator';
import type { Format } from './page.ts';

/** In the order of preference when a client likes several equally: browsers first. */
const offers = ['text/html', 'application/problem+json', 'application/json', 'text/plain'];

const formatOf: Readonly<Record<string, Format>> = {
  'text/html': 'html',
  'application/problem+json': 'problem',
  'application/json': 'problem',
  'text/plain': 'text',
};

/** Longer ones are nobody's honest wish, and choosing costs time that grows with them. */
const longest = 512;

/** Accept headers chosen for already. Browsers and programs send a handful of them, and choosing is slow. */
const chosen = new Map<string, Format>();
const mostChosen = 500;

/**
 * The format that the client likes best (RFC 9110 §12.5.1). No Accept, or an absurdly long one, means anything.
 * A client that accepts none of the formats gets plain text: a refusal to say why would help nobody. Never throws.
 */
export function negotiateFormat(accept: string | readonly string[] | undefined): Format {
  if (typeof accept !== 'string' || accept.length > longest) return 'html';
  const known = chosen.get(accept);
  if (known !== undefined) return known;
  const format = choose(accept);
  // Whoever sends a new one each time only makes everybody else choose again.
  if (chosen.size >= mostChosen) chosen.clear();
  chosen.set(accept, format);
  return format;
}

function choose(accept: string): Format {
  if (accept.trim() === '') return 'html';
  const best = new Negotiator({ headers: { accept } }).mediaTypes(offers)[0];
  return (best === undefined ? undefined : formatOf[best]) ?? 'text';
}
