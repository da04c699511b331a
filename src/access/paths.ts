/**
 * Path rules (design §4): prefixes by whole segments on the visitor's raw path. Proxies and apps disagree about
 * unusual spellings, so those never pass, and always count as closed: here they are "odd".
 */

/**
 * Odd without any escape: no path at all, controls, blanks and what is not ASCII, what some servers take for a
 * separator, empty segments, and segments that end with a dot: `.` and `..`, and those whose dot Windows drops.
 */
const oddCharacters = /^(?!\/)|[^!-~]|[\\;#?]|\/\/|\.(?:\/|$)/;

/**
 * Odd escapes: no two hex digits, controls, what would mean something else were it decoded before the path is
 * cut up (`# / ; ? \`), `%25` (decoded twice it is anything), and a dot or blank at a segment's end.
 */
const oddEscapes = /%(?:(?![0-9A-Fa-f]{2})|[01]|7[Ff]|2[35Ff]|3[BbFf]|5[Cc]|2[0Ee](?:\/|$))/;

/** Bytes beyond ASCII. */
const highEscapes = /%[89A-Fa-f]/;

/**
 * Escaped paths beyond ASCII that are longer than this, in characters, are odd: to normalise is dear, and the visitor
 * chooses the length. A segment that file systems take is 255 bytes, so 765 characters at most.
 */
const longestBeyondAscii = 2048;

/**
 * More combining marks than any language puts on one letter (UAX #15 §13, Stream-Safe Text Format). To normalise sorts
 * them, in quadratic time.
 */
const heapOfMarks = /\p{M}{31}/u;

/** Path prefixes whose requests pass. */
export class PassPaths {
  readonly #prefixes: PathPrefixes;

  /** @param prefixes begin with `/`; an odd one matches nothing. `/webhooks/` is the same as `/webhooks`. */
  constructor(prefixes: readonly string[]) {
    this.#prefixes = new PathPrefixes(prefixes.map(asSent).filter((prefix) => !isOdd(prefix)));
  }

  /**
   * Is this target under one of the prefixes, character by character? An odd path never is: it might be
   * another one to the app.
   * @param target of the request, raw; its query does not count.
   */
  passes(target: string): boolean {
    if (this.#prefixes.isEmpty) return false;
    const path = withoutQuery(target);
    return this.#prefixes.cover(path) && !isOdd(path);
  }
}

/** Path prefixes whose requests are closed, in every spelling. */
export class ClosedPaths {
  readonly #prefixes: PathPrefixes;

  /** @param prefixes begin with `/`; they may be written with escapes or without. */
  constructor(prefixes: readonly string[]) {
    this.#prefixes = new PathPrefixes(prefixes.map(folded));
  }

  /**
   * Could an app take this target for a path under one of the prefixes? Escapes are decoded and letters' case
   * does not count: an app may or may not care, and to close more is the safe side. Odd paths always do.
   * @param target of the request, raw; its query does not count.
   */
  closes(target: string): boolean {
    const path = withoutQuery(target);
    if (isOdd(path)) return true;
    // What is not odd is ASCII.
    return this.#prefixes.cover(path.includes('%') ? folded(path) : path.toLowerCase());
  }
}

/** The part of a request's target that names a path, raw. */
export function withoutQuery(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? target : target.slice(0, question);
}

/** Prefixes by whole segments: at most one look-up for each segment of a path, however many prefixes there are. */
class PathPrefixes {
  readonly #prefixes: ReadonlySet<string>;
  /** 1 at each length that some prefix has: cutting a text off and hashing it costs far more than asking here. */
  readonly #lengths: Uint8Array;

  constructor(prefixes: readonly string[]) {
    // The prefix `/` is empty here.
    this.#prefixes = new Set(prefixes.map(withoutLastSlashes));
    const lengths = [...this.#prefixes].map((prefix) => prefix.length);
    this.#lengths = new Uint8Array(Math.max(0, ...lengths) + 1);
    for (const length of lengths) this.#lengths[length] = 1;
  }

  get isEmpty(): boolean {
    return this.#prefixes.size === 0;
  }

  cover(path: string): boolean {
    const longest = this.#lengths.length - 1;
    for (let end = 0; end >= 0 && end <= longest; end = path.indexOf('/', end + 1)) {
      if (this.#lengths[end] === 1 && this.#prefixes.has(path.slice(0, end))) return true;
    }
    return this.#lengths[path.length] === 1 && this.#prefixes.has(path);
  }
}

/** By hand: a pattern for slashes at the end would begin again at every slash before it. */
function withoutLastSlashes(prefix: string): string {
  let end = prefix.length;
  while (prefix[end - 1] === '/') end -= 1;
  return prefix.slice(0, end);
}

function isOdd(path: string): boolean {
  if (oddCharacters.test(path)) return true;
  if (!path.includes('%')) return false;
  return oddEscapes.test(path) || (highEscapes.test(path) && isOddBeyondAscii(path));
}

/** Too long or too heaped to look into, no UTF-8, or a path that becomes another one when characters are folded. */
function isOddBeyondAscii(path: string): boolean {
  if (path.length > longestBeyondAscii) return true;
  const decoded = decodedOrUndefined(path);
  if (decoded === undefined || heapOfMarks.test(decoded)) return true;
  // U+FF0F becomes `/`, U+2025 becomes `..`. A letter stands for ASCII, or marks of many letters would make one heap.
  const strangers = decoded.replaceAll(/[\0-\x7f]+/g, 'a').normalize('NFKC');
  return /[./\\;#?%]/.test(strangers) || /\.(?:\/|$)/.test(fold(decoded));
}

/** The path as apps might read it: decoded, and without what apps and file systems may not tell apart. */
function folded(path: string): string {
  return fold(decodedOrUndefined(path) ?? path);
}

function fold(text: string): string {
  // A prefix with a heap needs no folding: all that could match it is odd, so closed already.
  if (/^[\0-\x7f]*$/.test(text) || heapOfMarks.test(text)) return text.toLowerCase();
  // Some file systems ignore ignorable code points; upper case first makes one of all variants of a letter.
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase();
}

function decodedOrUndefined(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A prefix in the spelling of clients, who escape what is not ASCII. */
const asSent = (prefix: string): string => prefix.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent);
