import { expect } from 'chai';
import { pino } from 'pino';
import { cookieName } from '../../../src/access/cookie.ts';
import { type ReadHeader, readHeaders } from '../../../src/api/headers.ts';
import { answerGate } from '../../../src/responder/gate.ts';
import { AccessLog } from '../../../src/responder/observe/access-log.ts';
import { fastestMs, long, mostMs } from '../access/long-texts.ts';
import { buildPolicy, buildSet } from '../policy/build.ts';
import { contextOf } from './context.ts';

const set = buildSet([
  buildPolicy({
    only: { hosts: ['shop.example.com'], paths: ['/checkout'] },
    access: { paths: ['/hooks'], methods: ['PUT'] },
    page: { translations: { de: { title: 'Umzug', message: null } } },
  }),
  buildPolicy({ name: 'other' }),
]);

const accessLog = new AccessLog(pino({}, { write: () => undefined }));
const context = contextOf(set, { observe: (observation) => accessLog.write(observation) });

const usual = {
  'x-original-url': 'http://shop.example.com/checkout',
  'x-original-method': 'GET',
  'x-original-uri': '/checkout',
  'x-namespace': 'shop',
  'x-ingress-name': 'web',
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-host': 'shop.example.com',
  'x-forwarded-method': 'GET',
  'x-forwarded-uri': '/checkout',
};

const cookie = cookieName('uid-upgrade');

/** Each header is as long as the limit; what is said of one may be said of any. */
const values: readonly (readonly [what: string, value: string])[] = [
  ['letters', long('', 'a')],
  ['high letters', long('', '\u00e9')],
  ['blanks', long('a', ' ', 'a')],
  ['commas', long('', ',')],
  ['semicolons', long('', ';')],
  ['slashes', long('', '/')],
  ['hyphens', long('', 'a-')],
  ['equals signs', long('', '=')],
  ['dots', long('', '.')],
  ['digits', long('', '1')],
  ['languages', long('', 'de-AT;q=0.5,')],
  ['media types', long('', 'text/html;q=0.5,')],
  ['media types with parameters', long('', 'text/html;a=b;q=1,')],
  ['quotes', long('text/html;a="', '\\"')],
  ['proxies', long('', '192.0.2.1,')],
  ['escaped marks', long('/hooks/', '%CC%80%CC%96')],
  ['cookies', long('', `${cookie}=v1.k1.9999999999.ops.${'A'.repeat(43)}; `)],
  ['cut tokens', long('/', 'bsn_')],
  ['controls', long('/', '\u0080')],
  ['an origin', long('https://', 'a.')],
];

describe('an answer to headers as long as they may be', () => {
  for (const name of readHeaders) {
    it(`is there in time, whatever ${name} holds`, () => {
      for (const [what, value] of values) {
        const headers: Partial<Record<ReadHeader, string>> = { ...usual, [name]: value };
        for (const target of ['/gate/forward/shop/web', '/gate/nginx/shop/web', '/']) {
          const request = { method: 'GET', target, headers };
          let status = 0;
          const spent = fastestMs(() => ({ status } = answerGate(request, context)));
          expect(status, `${what} at ${target}`).to.equal(target.includes('nginx') ? 403 : 503);
          expect(spent, `${what} at ${target}`).to.be.below(mostMs);
        }
      }
    });
  }
});
