import type { Catalogue } from './catalogue.ts';

export const pt: Catalogue = {
  tag: 'pt',
  direction: 'ltr',
  sentences: {
    title: 'Voltamos em breve',
    message:
      'Este site está fechado para manutenção. Não há nada de errado do seu lado e não precisa de fazer nada.',
    expected: 'Regresso previsto',
    noEnd: 'Ainda não sabemos dizer quando o site estará de volta. Tente novamente mais tarde.',
    countdown: 'em {}',
    soon: 'a qualquer momento',
    reloads: 'Esta página será recarregada automaticamente assim que o site estiver de volta.',
    statusPage: 'Página de estado',
    contact: 'Contacto',
    address: 'O seu endereço tal como o vemos',
    unknownAddress: 'desconhecido',
    request: 'Pedido',
    linkNeedsHttps: 'Esta ligação de acesso só funciona com https. Abra-a novamente com https:// no início.',
    linkNotValid: 'Esta ligação de acesso já não é válida. Peça uma nova.',
  },
};
