import type { Catalogue } from './catalogue.ts';

export const es: Catalogue = {
  tag: 'es',
  direction: 'ltr',
  sentences: {
    title: 'Volvemos pronto',
    message:
      'Este sitio está cerrado por mantenimiento. No hay ningún problema por su parte y no tiene que hacer nada.',
    expected: 'Regreso previsto',
    noEnd: 'Todavía no podemos decir cuándo volverá el sitio. Inténtelo de nuevo más tarde.',
    countdown: 'en {}',
    soon: 'en cualquier momento',
    reloads: 'Esta página se recargará sola en cuanto el sitio esté de vuelta.',
    statusPage: 'Página de estado',
    contact: 'Contacto',
    address: 'Su dirección tal como la vemos',
    unknownAddress: 'desconocida',
    request: 'Solicitud',
    linkNeedsHttps: 'Este enlace de acceso solo funciona con https. Ábralo de nuevo empezando por https://.',
    linkNotValid: 'Este enlace de acceso ya no es válido. Pida uno nuevo.',
  },
};
