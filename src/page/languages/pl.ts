import type { Catalogue } from './catalogue.ts';

export const pl: Catalogue = {
  tag: 'pl',
  direction: 'ltr',
  sentences: {
    title: 'Zaraz wracamy',
    message:
      'Ta strona jest zamknięta z powodu prac konserwacyjnych. Po Twojej stronie wszystko jest w porządku i nie musisz nic robić.',
    expected: 'Przewidywany powrót',
    noEnd: 'Nie możemy jeszcze powiedzieć, kiedy strona wróci. Spróbuj ponownie później.',
    countdown: 'za {}',
    soon: 'lada chwila',
    reloads: 'Ta strona odświeży się sama, gdy tylko witryna wróci.',
    statusPage: 'Strona stanu',
    contact: 'Kontakt',
    address: 'Twój adres widziany przez nas',
    unknownAddress: 'nieznany',
    request: 'Żądanie',
    linkNeedsHttps: 'Ten link dostępu działa tylko przez https. Otwórz go ponownie z https:// na początku.',
    linkNotValid: 'Ten link dostępu nie jest już ważny. Poproś o nowy.',
  },
};
