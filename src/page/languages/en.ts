import type { Catalogue } from './catalogue.ts';

export const en: Catalogue = {
  tag: 'en',
  direction: 'ltr',
  dates: 'en-GB',
  sentences: {
    title: 'Back soon',
    message:
      'This site is closed for maintenance. Nothing is wrong on your side, and there is nothing you need to do.',
    expected: 'Expected back',
    noEnd: 'We cannot say yet when the site will be back. Please try again later.',
    countdown: 'in {}',
    soon: 'any moment now',
    reloads: 'This page will reload by itself as soon as the site is back.',
    statusPage: 'Status page',
    contact: 'Contact',
    address: 'Your address as we see it',
    unknownAddress: 'unknown',
    request: 'Request',
    linkNeedsHttps: 'This access link only works over https. Open it again with https:// in front.',
    linkNotValid: 'This access link is no longer valid. Please ask for a new one.',
  },
};
