import type { Catalogue } from './catalogue.ts';

export const fr: Catalogue = {
  tag: 'fr',
  direction: 'ltr',
  sentences: {
    title: 'De retour bientôt',
    message: 'Ce site est fermé pour maintenance. Tout va bien de votre côté et vous n’avez rien à faire.',
    expected: 'Retour prévu',
    noEnd: 'Nous ne pouvons pas encore dire quand le site sera de retour. Veuillez réessayer plus tard.',
    countdown: 'dans {}',
    soon: 'd’un instant à l’autre',
    reloads: 'Cette page se rechargera d’elle-même dès que le site sera de retour.',
    statusPage: 'Page d’état',
    contact: 'Contact',
    address: 'Votre adresse telle que nous la voyons',
    unknownAddress: 'inconnue',
    request: 'Requête',
    linkNeedsHttps:
      'Ce lien d’accès ne fonctionne qu’en https. Ouvrez-le de nouveau en commençant par https://.',
    linkNotValid: 'Ce lien d’accès n’est plus valable. Veuillez en demander un nouveau.',
  },
};
