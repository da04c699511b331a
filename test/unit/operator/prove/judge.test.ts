import { expect } from 'chai';
import { headers } from '../../../../src/api/headers.ts';
import type { ClassSettings } from '../../../../src/gates/driver.ts';
import { DeadlineExceeded } from '../../../../src/kube/deadline.ts';
import { unreachable, wrong } from '../../../../src/operator/prove/judge.ts';
import type { ProbeResponse } from '../../../../src/operator/prove/probe-request.ts';

const settings: ClassSettings = {
  name: 'edge',
  driver: 'traefik',
  trustedProxies: [],
  service: 'ingress/edge',
};
const where = 'shop.example.com at 10.244.0.9';

describe('operator: what answers in a gate’s place', () => {
  interface Row {
    readonly answer: ProbeResponse;
    readonly proxyProtocol?: boolean;
    readonly reason: string;
    /** Words of the cure. */
    readonly saying: readonly string[];
  }
  const answer = (status: number, fields: ProbeResponse['headers'] = {}): ProbeResponse => ({
    status,
    headers: fields,
  });
  const table: readonly Row[] = [
    { answer: answer(401), reason: 'OtherAuthInFront', saying: ['authentication', 'behind the gate'] },
    { answer: answer(403), reason: 'OtherAuthInFront', saying: ['address list', 'entry point'] },
    {
      answer: answer(404),
      reason: 'NoRoute',
      saying: ['no route', 'Middleware', 'crossProviderNamespaces', 'allowEmptyServices'],
    },
    {
      answer: answer(302, { location: 'https://login.example.com/' }),
      reason: 'RedirectedElsewhere',
      saying: ['https://login.example.com/'],
    },
    { answer: answer(200), reason: 'SiteAnswers', saying: ['the site itself', 'another Ingress or route'] },
    { answer: answer(405), reason: 'SiteAnswers', saying: ['the site itself'] },
    { answer: answer(500), reason: 'NoEcho', saying: ['reach the responder', 'NetworkPolicy'] },
    { answer: answer(503, { [headers.window]: 'abc' }), reason: 'NoEcho', saying: ['5 s off', 'other keys'] },
    { answer: answer(400), reason: 'SiteAnswers', saying: ['the site itself'] },
    {
      answer: answer(400),
      proxyProtocol: true,
      reason: 'NoEcho',
      saying: ['ingressControllers.edge.proxyProtocol to false'],
    },
  ];
  for (const { answer: given, proxyProtocol = false, reason, saying } of table) {
    it(`${given.status}${proxyProtocol ? ' to a PROXY header' : ''} is Wrong, ${reason}, with a cure`, () => {
      const proof = wrong(where, given, { ...settings, proxyProtocol });
      expect(proof).to.include({ verdict: 'Wrong', reason });
      for (const words of [where, String(given.status), ...saying]) expect(proof.message).to.contain(words);
    });
  }
});

describe('operator: a controller that does not answer', () => {
  const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
  const table: readonly (readonly [string, Error, boolean, string])[] = [
    [
      'nobody listens',
      failure('ECONNREFUSED', 'connect ECONNREFUSED'),
      false,
      'ingressControllers.edge.service',
    ],
    ['no answer in time', new DeadlineExceeded(3_000), false, 'NetworkPolicy'],
    [
      'a cut',
      failure('ECONNRESET', 'socket hang up'),
      false,
      'ingressControllers.edge.proxyProtocol to true',
    ],
    [
      'a cut after a PROXY header',
      failure('ECONNRESET', 'socket hang up'),
      true,
      'does the controller expect it?',
    ],
  ];
  for (const [title, error, proxyProtocol, words] of table) {
    it(`${title}: Unproven, and what to look at`, () => {
      const proof = unreachable(where, error, { ...settings, proxyProtocol });
      expect(proof).to.include({ verdict: 'Unproven', reason: 'Unreachable' });
      expect(proof.message).to.contain(where).and.to.contain(words);
    });
  }
});
