/** The page's own words, for what the window leaves unsaid. */
export const sentences = {
  language: 'en',
  title: 'Back soon',
  message:
    'This site is closed for maintenance. Nothing is wrong on your side, and there is nothing you need to do.',
  expected: 'Expected back',
  noEnd: 'We cannot say yet when the site will be back. Please try again later.',
  statusPage: 'Status page',
  contact: 'Contact',
  address: 'Your address as we see it',
  request: 'Request',
} as const;

/** The end for people, in UTC: `Tuesday, 1 December 2026 at 22:30 UTC`. */
export function formatEnd(endMs: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(endMs)} UTC`;
}
