import { left, setClock, tick } from './clock.ts';
import { each, request, settings } from './document.ts';

let asking = false;
let waiting = 0;

/** Seconds until the next question. */
let pause = 5;

/** Some sites let HEAD in and nothing else: a page that has just been reloaded asks later, or it would go on and on. */
const wasReloaded = (): boolean =>
  performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'reload');

/** Reloads the page when the site is back, unless the page answers something that must not be sent again. */
export function watch(): void {
  if (settings['reload'] !== 'yes') return;
  each('[data-backsoon-reloads]', (place) => {
    place.hidden = false;
  });
  document.addEventListener('visibilitychange', () => {
    clearTimeout(waiting);
    if (document.hidden) return;
    tick();
    ask();
  });
  if (wasReloaded()) pause = 30;
  askLater();
}

/** Twice as long each time, up to a minute, or to five while the end is far; soon after the end in any case. */
function askLater(): void {
  const rest = left();
  let delay = pause * (750 + 500 * Math.random());
  pause = Math.min(pause * 2, rest > 600_000 ? 300 : 60);
  if (rest > 0 && delay > rest) {
    delay = rest + 8000 * Math.random();
    pause = 5;
  }
  clearTimeout(waiting);
  if (!document.hidden) waiting = setTimeout(ask, delay);
}

function ask(): void {
  if (asking) return;
  asking = true;
  question('HEAD');
}

const again = (): void => {
  asking = false;
  askLater();
};

/** Since when HEAD is answered with errors, in epoch milliseconds; 0: it is not. */
let failingSince = 0;

function question(method: string): void {
  request(method, {}).then((answer) => {
    setClock(answer.headers.get('Date'));
    const { status } = answer;
    const closed = answer.headers.has('Backsoon-Window');
    // An ingress that finds no responder answers with an error of its own: that is not the site.
    const failed = status > 499 || status === 405;
    // Closed well past its end: the end was put off, and the page knows better when it is read anew.
    if (closed ? left() < -30_000 : !failed) {
      location.reload();
      return;
    }
    // The site itself may not know HEAD: what GET says, counts.
    const now = Date.now();
    if (closed || method === 'GET') failingSince = 0;
    else if (status === 405 || status === 501 || now - (failingSince ||= now) > 10_000) {
      question('GET');
      return;
    }
    again();
  }, again);
}
