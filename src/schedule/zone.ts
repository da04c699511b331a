import { InvalidSchedule } from './invalid.ts';

/** A time in which the clocks of a zone keep one distance to UTC. All in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** local = UTC + offset */
  readonly offset: number;
  /** The offset up to `from`. */
  readonly offsetBefore: number;
}

/** Looked up once: Temporal takes a fifth of a millisecond, and a zone's rules stay while a program runs. */
const known = new Map<string, Span[]>();

const offsetOf = ({ offsetNanoseconds }: Temporal.ZonedDateTime): number => offsetNanoseconds / 1e6;

/** The span of an instant (milliseconds since 1970) in an IANA time zone. */
export function spanAt(zone: string, instant: number): Span {
  const spans = known.get(zone) ?? [];
  const found = spans.find(({ from, to }) => from <= instant && instant < to);
  if (found !== undefined) return found;
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  const begin = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const end = local.getTimeZoneTransition('next');
  const offset = offsetOf(local);
  const span: Span = {
    from: begin?.epochMilliseconds ?? -Infinity,
    to: end?.epochMilliseconds ?? Infinity,
    offset,
    offsetBefore: begin === null ? offset : offsetOf(begin.subtract({ nanoseconds: 1 })),
  };
  spans.push(span);
  known.set(zone, spans);
  return span;
}

/** Edits (a letter more, less, or another) that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const change = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
const lastPart = (name: string): string => name.split('/').at(-1) ?? name;

/** Up to three zones whose name, or whose city, is nearly this. */
function near(zone: string): readonly string[] {
  const wanted = plain(zone);
  const city = plain(lastPart(zone));
  return Intl.supportedValuesOf('timeZone')
    .map((name) => ({
      name,
      far: Math.min(distance(wanted, plain(name)), distance(city, plain(lastPart(name)))),
    }))
    .filter(({ far }) => far <= Math.min(2, Math.floor(city.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

function isZone(zone: string): boolean {
  // For Temporal an offset (+01:00) is a time zone too; in a schedule it would forget summer time.
  if (!/^[A-Z]/i.test(zone)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, zone).timeZoneId !== '';
  } catch {
    return false;
  }
}

/** @throws InvalidSchedule for what is no IANA time zone that this program knows, naming some that may be meant */
export function checkTimeZone(zone: string): void {
  if (isZone(zone)) return;
  const names = near(zone);
  throw new InvalidSchedule(
    `spec.schedule.timeZone "${zone}" is not a time zone that Backsoon knows: write ${names.length > 0 ? names.join(' or ') : 'an IANA name, such as Europe/Amsterdam or UTC'}.`,
  );
}
