import type { Catalogue } from './catalogue.ts';

export const zh: Catalogue = {
  tag: 'zh',
  direction: 'ltr',
  sentences: {
    title: '马上回来',
    message: '本网站正在维护，暂时关闭。您这边一切正常，无需进行任何操作。',
    expected: '预计恢复时间',
    noEnd: '目前还无法确定网站何时恢复。请稍后再试。',
    countdown: '{}后',
    soon: '随时恢复',
    reloads: '网站恢复后，本页面会自动重新加载。',
    statusPage: '状态页面',
    contact: '联系方式',
    address: '我们看到的您的地址',
    unknownAddress: '未知',
    request: '请求',
    linkNeedsHttps: '此访问链接只能通过 https 使用。请在开头加上 https:// 后重新打开。',
    linkNotValid: '此访问链接已失效。请索取新的链接。',
  },
};
