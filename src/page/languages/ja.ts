import type { Catalogue } from './catalogue.ts';

export const ja: Catalogue = {
  tag: 'ja',
  direction: 'ltr',
  sentences: {
    title: 'まもなく再開します',
    message:
      'このサイトはメンテナンスのため停止しています。お使いの環境に問題はなく、何もしていただく必要はありません。',
    expected: '再開予定',
    noEnd: '再開の時期はまだお知らせできません。しばらくしてからもう一度お試しください。',
    countdown: '{}後',
    soon: 'まもなく',
    reloads: 'サイトが再開すると、このページは自動的に再読み込みされます。',
    statusPage: '稼働状況のページ',
    contact: 'お問い合わせ',
    address: 'こちらから見えるお客様のアドレス',
    unknownAddress: '不明',
    request: 'リクエスト',
    linkNeedsHttps:
      'このアクセス用リンクは https でのみ使えます。先頭を https:// にしてもう一度開いてください。',
    linkNotValid: 'このアクセス用リンクは無効になりました。新しいリンクをご請求ください。',
  },
};
