import { request, settings } from './document.ts';

/** Says something to the visitor, where the page has a place for it, else at its top. */
function say(text: string | undefined): void {
  let place = document.querySelector<HTMLElement>('[data-backsoon-notice]');
  if (place === null) {
    place = document.createElement('p');
    place.setAttribute('role', 'status');
    place.dir = 'auto';
    document.body.insertBefore(place, document.body.firstChild);
  }
  place.hidden = false;
  place.textContent = text || '';
}

/** Turns `#backsoon=<token>` into a cookie (design §5). The token stays nowhere: its fragment goes first of all. */
export function useStaffLink(): void {
  const link = /^#backsoon=(.*)$/.exec(location.hash);
  if (link === null) return;
  history.replaceState(null, '', location.href.split('#')[0]);
  if (location.protocol !== 'https:') {
    say(settings['needsHttps']);
    return;
  }
  const refused = (): void => say(settings['notValid']);
  request('GET', { 'Backsoon-Exchange': link[1] || '' }).then((answer) => {
    // Not reload(): on the answer to a POST the browser would offer to send the form again.
    if (answer.headers.get('Backsoon-Exchange') === 'ok') location.replace(location.href);
    else refused();
  }, refused);
}
