import type { Catalogue } from './catalogue.ts';

export const it: Catalogue = {
  tag: 'it',
  direction: 'ltr',
  sentences: {
    title: 'Torniamo presto',
    message: 'Questo sito è chiuso per manutenzione. Da parte sua è tutto a posto e non deve fare nulla.',
    expected: 'Ritorno previsto',
    noEnd: 'Non possiamo ancora dire quando il sito sarà di nuovo disponibile. Riprovi più tardi.',
    countdown: 'tra {}',
    soon: 'da un momento all’altro',
    reloads: 'Questa pagina si ricaricherà da sola non appena il sito sarà di nuovo disponibile.',
    statusPage: 'Pagina di stato',
    contact: 'Contatto',
    address: 'Il suo indirizzo come lo vediamo',
    unknownAddress: 'sconosciuto',
    request: 'Richiesta',
    linkNeedsHttps:
      'Questo link di accesso funziona solo con https. Lo apra di nuovo con https:// all’inizio.',
    linkNotValid: 'Questo link di accesso non è più valido. Ne chieda uno nuovo.',
  },
};
