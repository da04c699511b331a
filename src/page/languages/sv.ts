import type { Catalogue } from './catalogue.ts';

export const sv: Catalogue = {
  tag: 'sv',
  direction: 'ltr',
  sentences: {
    title: 'Snart tillbaka',
    message: 'Webbplatsen är stängd för underhåll. Det är inget fel hos dig, och du behöver inte göra något.',
    expected: 'Väntas tillbaka',
    noEnd: 'Vi kan ännu inte säga när webbplatsen är tillbaka. Försök igen senare.',
    countdown: 'om {}',
    soon: 'när som helst',
    reloads: 'Sidan läses in på nytt av sig själv så snart webbplatsen är tillbaka.',
    statusPage: 'Statussida',
    contact: 'Kontakt',
    address: 'Din adress som vi ser den',
    unknownAddress: 'okänd',
    request: 'Begäran',
    linkNeedsHttps: 'Den här åtkomstlänken fungerar bara med https. Öppna den igen med https:// i början.',
    linkNotValid: 'Den här åtkomstlänken gäller inte längre. Be om en ny.',
  },
};
