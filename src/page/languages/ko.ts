import type { Catalogue } from './catalogue.ts';

export const ko: Catalogue = {
  tag: 'ko',
  direction: 'ltr',
  sentences: {
    title: '곧 돌아오겠습니다',
    message: '점검을 위해 사이트를 닫았습니다. 사용자 쪽에는 문제가 없으며 따로 하실 일은 없습니다.',
    expected: '재개 예정',
    noEnd: '사이트가 언제 다시 열릴지 아직 알려 드릴 수 없습니다. 나중에 다시 시도해 주세요.',
    countdown: '{} 후',
    soon: '곧',
    reloads: '사이트가 다시 열리면 이 페이지가 자동으로 새로 고쳐집니다.',
    statusPage: '상태 페이지',
    contact: '문의',
    address: '저희에게 보이는 사용자 주소',
    unknownAddress: '알 수 없음',
    request: '요청',
    linkNeedsHttps: '이 접속 링크는 https에서만 작동합니다. 앞에 https://를 붙여 다시 열어 주세요.',
    linkNotValid: '이 접속 링크는 더 이상 유효하지 않습니다. 새 링크를 요청해 주세요.',
  },
};
