import type { Catalogue } from './catalogue.ts';

export const cs: Catalogue = {
  tag: 'cs',
  direction: 'ltr',
  sentences: {
    title: 'Brzy jsme zpět',
    message: 'Tento web je uzavřen kvůli údržbě. U vás je vše v pořádku a nemusíte nic dělat.',
    expected: 'Předpokládaný návrat',
    noEnd: 'Zatím nemůžeme říci, kdy bude web zpět. Zkuste to prosím později.',
    countdown: 'za {}',
    soon: 'každou chvíli',
    reloads: 'Tato stránka se sama načte znovu, jakmile bude web zpět.',
    statusPage: 'Stránka se stavem',
    contact: 'Kontakt',
    address: 'Vaše adresa, jak ji vidíme',
    unknownAddress: 'neznámá',
    request: 'Požadavek',
    linkNeedsHttps:
      'Tento přístupový odkaz funguje jen přes https. Otevřete jej znovu s https:// na začátku.',
    linkNotValid: 'Tento přístupový odkaz už neplatí. Požádejte o nový.',
  },
};
