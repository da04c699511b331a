import { InvalidSchedule } from './invalid.ts';

/** A time in which a zone's clocks keep one distance to UTC. All in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** local = UTC + offset */
  readonly offset: number;
  /** The offset before `from`. */
  readonly offsetBefore: number;
}

/** A zone's spans, each looked up once: the rules of a zone do not change while a program runs. */
const spans = new Map<string, Span[]>();

const offsetMs = ({ offsetNanoseconds }: Temporal.ZonedDateTime): number => offsetNanoseconds / 1e6;

/** The span of an instant (milliseconds since 1970) in an IANA time zone. */
export function spanAt(zone: string, instant: number): Span {
  const known = spans.get(zone) ?? [];
  const found = known.find(({ from, to }) => from <= instant && instant < to);
  if (found !== undefined) return found;
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  const begin = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const end = local.getTimeZoneTransition('next');
  const offset = offsetMs(local);
  const span: Span = {
    from: begin?.epochMilliseconds ?? -Infinity,
    to: end?.epochMilliseconds ?? Infinity,
    offset,
    offsetBefore: begin === null ? offset : offsetMs(begin.subtract({ nanoseconds: 1 })),
  };
  spans.set(zone, [...known, span]);
  return span;
}

/** @throws InvalidSchedule for what is no IANA time zone that this program knows */
export function checkTimeZone(zone: string): void {
  try {
    // An offset (+01:00) is a time zone for Temporal; one that people write would forget summer time.
    if (/^[A-Z]/i.test(zone) && new Temporal.ZonedDateTime(0n, zone).timeZoneId !== '') return;
  } catch {
    // Said below.
  }
  throw new InvalidSchedule(
    `spec.schedule.timeZone "${zone}" is not a time zone that Backsoon knows: write an IANA name, such as Europe/Amsterdam.`,
  );
}
