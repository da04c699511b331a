import type { Catalogue } from './catalogue.ts';

export const ptBR: Catalogue = {
  tag: 'pt-BR',
  direction: 'ltr',
  sentences: {
    title: 'Voltamos em breve',
    message:
      'Este site está fechado para manutenção. Não há nada de errado do seu lado e você não precisa fazer nada.',
    expected: 'Retorno previsto',
    noEnd: 'Ainda não sabemos dizer quando o site voltará. Tente novamente mais tarde.',
    countdown: 'em {}',
    soon: 'a qualquer momento',
    reloads: 'Esta página será recarregada sozinha assim que o site voltar.',
    statusPage: 'Página de status',
    contact: 'Contato',
    address: 'Seu endereço como o vemos',
    unknownAddress: 'desconhecido',
    request: 'Solicitação',
    linkNeedsHttps: 'Este link de acesso só funciona com https. Abra-o de novo com https:// no início.',
    linkNotValid: 'Este link de acesso não é mais válido. Peça um novo.',
  },
};
