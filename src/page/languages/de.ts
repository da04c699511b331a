import type { Catalogue } from './catalogue.ts';

export const de: Catalogue = {
  tag: 'de',
  direction: 'ltr',
  sentences: {
    title: 'Gleich zurück',
    message:
      'Diese Website ist wegen Wartungsarbeiten geschlossen. Bei Ihnen ist alles in Ordnung, und Sie müssen nichts tun.',
    expected: 'Voraussichtlich wieder da',
    noEnd:
      'Wir können noch nicht sagen, wann die Website wieder da ist. Bitte versuchen Sie es später noch einmal.',
    countdown: 'in {}',
    soon: 'jeden Moment',
    reloads: 'Diese Seite lädt sich von selbst neu, sobald die Website wieder da ist.',
    statusPage: 'Statusseite',
    contact: 'Kontakt',
    address: 'Ihre Adresse, wie wir sie sehen',
    unknownAddress: 'unbekannt',
    request: 'Anfrage',
    linkNeedsHttps:
      'Dieser Zugangslink funktioniert nur über https. Öffnen Sie ihn noch einmal mit https:// am Anfang.',
    linkNotValid: 'Dieser Zugangslink ist nicht mehr gültig. Bitte fragen Sie nach einem neuen.',
  },
};
