import type { Catalogue } from './catalogue.ts';

export const ar: Catalogue = {
  tag: 'ar',
  direction: 'rtl',
  sentences: {
    title: 'سنعود قريبًا',
    message: 'هذا الموقع مغلق للصيانة. لا توجد مشكلة لديك، ولا يلزمك فعل أي شيء.',
    expected: 'العودة المتوقعة',
    noEnd: 'لا يمكننا بعد تحديد موعد عودة الموقع. يُرجى المحاولة لاحقًا.',
    countdown: 'خلال {}',
    soon: 'في أي لحظة',
    reloads: 'سيُعاد تحميل هذه الصفحة تلقائيًا فور عودة الموقع.',
    statusPage: 'صفحة الحالة',
    contact: 'للتواصل',
    address: 'عنوانك كما نراه',
    unknownAddress: 'غير معروف',
    request: 'الطلب',
    linkNeedsHttps: 'لا يعمل رابط الدخول هذا إلا عبر https. افتحه مجددًا بادئًا بـ https://.',
    linkNotValid: 'لم يعد رابط الدخول هذا صالحًا. يُرجى طلب رابط جديد.',
  },
};
