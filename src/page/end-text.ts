import type { Catalogue } from './languages/catalogue.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** By which customs a catalogue's dates are written: a BCP 47 tag. */
const dateTag = ({ dates, tag }: Catalogue): string => dates ?? tag;

/** The end for people, in UTC: `Tuesday, 1 December 2026 at 22:30 UTC`. */
export function endText(endMs: number, catalogue: Catalogue): string {
  const tag = dateTag(catalogue);
  const format = formats.getOrInsertComputed(
    tag,
    () => new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }),
  );
  return `${format.format(endMs)} UTC`;
}
