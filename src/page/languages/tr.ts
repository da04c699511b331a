import type { Catalogue } from './catalogue.ts';

export const tr: Catalogue = {
  tag: 'tr',
  direction: 'ltr',
  sentences: {
    title: 'Yakında döneceğiz',
    message:
      'Bu site bakım nedeniyle kapalı. Sizin tarafınızda bir sorun yok ve yapmanız gereken bir şey yok.',
    expected: 'Beklenen dönüş',
    noEnd: 'Sitenin ne zaman döneceğini henüz söyleyemiyoruz. Lütfen daha sonra yeniden deneyin.',
    countdown: '{} sonra',
    soon: 'her an',
    reloads: 'Site geri geldiğinde bu sayfa kendiliğinden yenilenir.',
    statusPage: 'Durum sayfası',
    contact: 'İletişim',
    address: 'Gördüğümüz adresiniz',
    unknownAddress: 'bilinmiyor',
    request: 'İstek',
    linkNeedsHttps:
      'Bu erişim bağlantısı yalnızca https ile çalışır. Başında https:// olacak şekilde yeniden açın.',
    linkNotValid: 'Bu erişim bağlantısı artık geçerli değil. Lütfen yenisini isteyin.',
  },
};
