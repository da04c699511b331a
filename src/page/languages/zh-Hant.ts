import type { Catalogue } from './catalogue.ts';

export const zhHant: Catalogue = {
  tag: 'zh-Hant',
  direction: 'ltr',
  sentences: {
    title: '馬上回來',
    message: '本網站正在維護，暫時關閉。您這邊一切正常，不需要進行任何操作。',
    expected: '預計恢復時間',
    noEnd: '目前還無法確定網站何時恢復。請稍後再試。',
    countdown: '{}後',
    soon: '隨時恢復',
    reloads: '網站恢復後，本頁面會自動重新載入。',
    statusPage: '狀態頁面',
    contact: '聯絡方式',
    address: '我們看到的您的位址',
    unknownAddress: '未知',
    request: '請求',
    linkNeedsHttps: '此存取連結只能透過 https 使用。請在開頭加上 https:// 後重新開啟。',
    linkNotValid: '此存取連結已失效。請索取新的連結。',
  },
};
