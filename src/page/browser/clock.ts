import { each, settings } from './document.ts';

const minute = 60_000;
/** Epoch milliseconds; NaN when no end is known. */
const end = Date.parse(settings['end'] || '');
let skew = 0;
let ticking = 0;

/** What is left until the end, in milliseconds; NaN when no end is known. */
export const left = (): number => end - Date.now() - skew;

/** The visitor's own variant of the page's language, such as en-US. */
function locale(): string {
  const page = settings['language'] || '';
  const wanted = (navigator.languages || []).find((tag) => `${tag}-`.indexOf(`${page}-`) === 0);
  return wanted || settings['dates'] || page;
}

/** Says all times in the visitor's own time zone. */
export function showTimes(): void {
  const format = new Intl.DateTimeFormat(locale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  each('time', (time) => {
    const instant = time.getAttribute('datetime') || '';
    const date = Date.parse(/T.+Z$/.test(instant) ? instant : '');
    if (isNaN(date)) return;
    time.title = time.textContent || '';
    time.textContent = format.format(date);
  });
}

/** Such as `in 1 h 12 min`, in the page's language. */
function countdown(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const say = (amount: number, unit: string): string[] =>
    amount > 0
      ? [new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(amount)]
      : [];
  const parts =
    seconds < 60
      ? say(seconds, 'second')
      : days > 0
        ? say(days, 'day').concat(say(hours % 24, 'hour'))
        : say(hours, 'hour').concat(say(minutes % 60, 'minute'));
  const words = new Intl.ListFormat(locale(), { type: 'unit', style: 'narrow' }).format(parts);
  return (settings['countdown'] || '').replace('{}', words);
}

/** Counts down: each minute, and each second in the last one. */
export function tick(): void {
  const rest = left();
  clearTimeout(ticking);
  if (isNaN(rest)) return;
  const text = rest > 0 ? countdown(rest) : settings['soon'] || '';
  each('[data-backsoon-countdown]', (place) => {
    place.textContent = text;
  });
  if (rest > 0) ticking = setTimeout(tick, (rest % (rest > minute ? minute : 1000)) + 20);
}

/** Believes the server's clock (an HTTP date) rather than the visitor's when they are far apart. */
export function setClock(date: string | null): void {
  const difference = Date.parse(date || '') - Date.now();
  if (Math.abs(difference) < minute / 2 || isNaN(difference)) return;
  skew = difference;
  tick();
}
