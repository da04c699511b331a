import Negotiator from 'negotiator';

/** Longer ones are nobody's honest wish, and reading costs time that grows with them. */
const longest = 512;
const mostRanges = 10;

/** Accept-Language headers read already. Browsers send a handful of them, and reading is slow. */
const known = new Map<string, readonly string[]>();
const mostKnown = 500;

const languageRange = /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/;

/**
 * The language tags to look for, in order, in lower case: RFC 4647 §3.4 (lookup), with what q=0 refuses left out.
 * Empty when there is no Accept-Language, or an odd one. Never throws.
 */
export function languageLookups(acceptLanguage: string | readonly string[] | undefined): readonly string[] {
  if (typeof acceptLanguage !== 'string' || acceptLanguage.length > longest) return [];
  const before = known.get(acceptLanguage);
  if (before !== undefined) return before;
  const lookups = readLookups(acceptLanguage);
  // Whoever sends a new one each time only makes everybody else's be read again.
  if (known.size >= mostKnown) known.clear();
  known.set(acceptLanguage, lookups);
  return lookups;
}

function readLookups(acceptLanguage: string): readonly string[] {
  // With any language accepted at the least, what the negotiator leaves out has been refused.
  const negotiator = new Negotiator({ headers: { 'accept-language': `${acceptLanguage}, *;q=0.001` } });
  const ranges = negotiator
    .languages()
    .map((range) => range.toLowerCase())
    .filter((range) => languageRange.test(range));
  const tags = [...new Set(ranges.slice(0, mostRanges).flatMap(lookupOrder))];
  const accepted = new Set(negotiator.languages(tags));
  return tags.filter((tag) => accepted.has(tag));
}

/** Where another script than the language's usual one is written, and nobody spells it out. */
const alsoKnownAs: ReadonlyMap<string, string> = new Map([
  ['zh-tw', 'zh-hant'],
  ['zh-hk', 'zh-hant'],
  ['zh-mo', 'zh-hant'],
  // The old code of Hebrew, which some systems still send.
  ['iw', 'he'],
]);

/** A tag in lower case, then what is left of it with ever fewer subtags (RFC 4647 §3.4). */
export function lookupOrder(tag: string): readonly string[] {
  const subtags = tag.split('-');
  const order: string[] = [];
  for (let count = subtags.length; count > 0; count -= 1) {
    // A single letter only introduces what follows it.
    if (count < subtags.length && subtags[count - 1]?.length === 1) continue;
    const shorter = subtags.slice(0, count).join('-');
    const other = alsoKnownAs.get(shorter);
    order.push(shorter, ...(other === undefined ? [] : [other]));
  }
  return order;
}
