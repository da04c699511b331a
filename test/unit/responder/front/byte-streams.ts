import { Random } from './random.ts';
import { bodies, framings, odd, usual } from './vocabulary.ts';

/** What one client does on one connection. */
export interface ByteStream {
  readonly seed: number;
  /** What it sends, one character per byte; the server acts on each piece before the next one comes. */
  readonly pieces: readonly string[];
  /** The server is leaving. */
  readonly isDraining: boolean;
  /** What the client is sent counts as sent only when it has read it. */
  readonly isSlow: boolean;
}

/** The byte stream of a seed: requests that are well-formed, nearly so, or not at all, cut anywhere. */
export function byteStreamOf(seed: number): ByteStream {
  const random = new Random(seed);
  const messages = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => message(random));
  return {
    seed,
    pieces: cut(messages, random),
    isDraining: random.chance(0.03),
    isSlow: random.chance(0.05),
  };
}

interface Message {
  readonly head: string;
  /** What comes after the head: a body, or what passes for one. */
  readonly rest: string;
}

function message(random: Random): Message {
  // Most messages have one thing that is odd, if any: with many, the first one hides the others.
  const oddity = random.chance(0.5) ? 0 : random.pick([0.02, 0.05, 0.2]);
  const framing = random.chance(0.12) ? random.pick(framings) : undefined;
  const lines = fieldLines(random, oddity);
  for (const line of framing?.lines ?? []) lines.splice(random.below(lines.length + 1), 0, line);
  const lineEnd = (): string => random.mostly('\r\n', oddity / 4, odd.lineEnds);
  const head = [requestLine(random, oddity), ...lines].map((line) => line + lineEnd()).join('') + lineEnd();
  const body = random.mostly(framing?.body ?? '', oddity, bodies);
  if (!random.chance(oddity)) return { head, rest: body };
  return random.chance(0.8)
    ? { head: mutate(head, random), rest: body }
    : { head, rest: mutate(body, random) };
}

function requestLine(random: Random, oddity: number): string {
  const between = (): string => random.mostly(' ', oddity / 4, odd.separators);
  const method = random.mostly(random.mostly('GET', 0.2, ['HEAD']), oddity, odd.methods);
  const target = random.mostly(
    random.chance(0.01) ? random.pick(usual.costlyTargets) : random.pick(usual.targets),
    oddity,
    odd.targets,
  );
  return method + between() + target + between() + random.mostly('HTTP/1.1', oddity, odd.versions);
}

function fieldLines(random: Random, oddity: number): string[] {
  const lines = Array.from({ length: random.below(7) }, () => fieldLine(random, oddity));
  if (random.chance(oddity / 3)) return lines;
  lines.splice(random.below(lines.length + 1), 0, random.mostly('Host: x', oddity, odd.hosts));
  return lines;
}

function fieldLine(random: Random, oddity: number): string {
  const good = random.pick(random.chance(0.2) ? usual.otherNames : usual.readNames);
  const name = random.mostly(good, oddity, odd.names);
  const value = random.mostly(random.pick(usual.values), oddity, odd.values);
  return name + random.mostly(': ', oddity / 2, odd.colons) + value;
}

/** One to three small changes anywhere. */
function mutate(bytes: string, random: Random): string {
  let text = bytes;
  for (let change = random.below(3); change >= 0; change -= 1) {
    const at = random.below(text.length + 1);
    const length = random.mostly(1, 0.3, [2, 4, 16, 40]);
    const [before, here, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    text = random.pick([
      before + after,
      before + random.pick(odd.bytes) + here + after,
      before + random.pick(odd.bytes) + after,
      before + here + here + after,
    ]);
  }
  return text;
}

/** Into pieces: each head and each body, each message, all in one, or anywhere. */
function cut(messages: readonly Message[], random: Random): readonly string[] {
  const whole = messages.map(({ head, rest }) => head + rest);
  switch (random.pick(['parts', 'parts', 'messages', 'messages', 'anywhere', 'one'])) {
    case 'parts':
      return messages.flatMap(({ head, rest }) => [head, rest]).filter(isNotEmpty);
    case 'messages':
      return whole.filter(isNotEmpty);
    case 'one':
      return [whole.join('')];
    default:
      return cutAnywhere(whole.join(''), random);
  }
}

function cutAnywhere(bytes: string, random: Random): readonly string[] {
  const cuts = Array.from({ length: 1 + random.below(3) }, () => random.below(bytes.length + 1));
  const ends = [...cuts.sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end)).filter(isNotEmpty);
}

const isNotEmpty = (piece: string): boolean => piece !== '';
