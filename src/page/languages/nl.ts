import type { Catalogue } from './catalogue.ts';

export const nl: Catalogue = {
  tag: 'nl',
  direction: 'ltr',
  sentences: {
    title: 'Zo terug',
    message: 'Deze website is gesloten voor onderhoud. Er is niets mis bij u en u hoeft niets te doen.',
    expected: 'Naar verwachting terug',
    noEnd: 'We kunnen nog niet zeggen wanneer de website terug is. Probeer het later opnieuw.',
    countdown: 'over {}',
    soon: 'elk moment',
    reloads: 'Deze pagina wordt vanzelf opnieuw geladen zodra de website terug is.',
    statusPage: 'Statuspagina',
    contact: 'Contact',
    address: 'Uw adres zoals wij het zien',
    unknownAddress: 'onbekend',
    request: 'Aanvraag',
    linkNeedsHttps: 'Deze toegangslink werkt alleen via https. Open hem opnieuw met https:// ervoor.',
    linkNotValid: 'Deze toegangslink is niet meer geldig. Vraag om een nieuwe.',
  },
};
