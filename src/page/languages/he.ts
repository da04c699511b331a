import type { Catalogue } from './catalogue.ts';

export const he: Catalogue = {
  tag: 'he',
  direction: 'rtl',
  sentences: {
    title: 'תכף חוזרים',
    message: 'האתר סגור לצורך תחזוקה. אין שום בעיה אצלך, ואין צורך לעשות דבר.',
    expected: 'חזרה צפויה',
    noEnd: 'עדיין אי אפשר לומר מתי האתר יחזור. נא לנסות שוב מאוחר יותר.',
    countdown: 'בעוד {}',
    soon: 'בכל רגע',
    reloads: 'הדף הזה ייטען מחדש מעצמו ברגע שהאתר יחזור.',
    statusPage: 'דף סטטוס',
    contact: 'יצירת קשר',
    address: 'הכתובת שלך כפי שאנו רואים אותה',
    unknownAddress: 'לא ידועה',
    request: 'בקשה',
    linkNeedsHttps: 'קישור הגישה הזה פועל רק דרך https. יש לפתוח אותו שוב עם https:// בתחילתו.',
    linkNotValid: 'קישור הגישה הזה כבר אינו תקף. נא לבקש קישור חדש.',
  },
};
