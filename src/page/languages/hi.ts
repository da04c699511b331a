import type { Catalogue } from './catalogue.ts';

export const hi: Catalogue = {
  tag: 'hi',
  direction: 'ltr',
  sentences: {
    title: 'हम जल्द लौटेंगे',
    message: 'यह साइट रखरखाव के लिए बंद है। आपकी ओर से कोई समस्या नहीं है और आपको कुछ करने की ज़रूरत नहीं है।',
    expected: 'वापसी का अनुमानित समय',
    noEnd: 'हम अभी नहीं बता सकते कि साइट कब वापस आएगी। कृपया बाद में फिर कोशिश करें।',
    countdown: '{} में',
    soon: 'किसी भी पल',
    reloads: 'साइट के वापस आते ही यह पेज अपने आप फिर से लोड होगा।',
    statusPage: 'स्थिति पेज',
    contact: 'संपर्क',
    address: 'आपका पता, जैसा हमें दिखता है',
    unknownAddress: 'अज्ञात',
    request: 'अनुरोध',
    linkNeedsHttps: 'यह एक्सेस लिंक केवल https पर काम करता है। इसे शुरू में https:// लगाकर फिर से खोलें।',
    linkNotValid: 'यह एक्सेस लिंक अब मान्य नहीं है। कृपया नया लिंक माँगें।',
  },
};
