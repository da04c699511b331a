import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import type { EventIntent } from '../../../../src/operator/decide/plan.ts';
import { anIngress, anIngressClass, called, ofClass, rule, withRules } from '../../builders/ingress.ts';
import {
  anObserved,
  proven,
  withClasses,
  withIngresses,
  withProof,
  withResponder,
  withWindows,
} from '../../builders/observed.ts';
import { withTemplate } from '../../builders/template.ts';
import { aWindow, covering, withSpec } from '../../builders/window.ts';

/** Names as long as people's may be: what has to be said must fit into an Event all the same. */
const className = 'c'.repeat(63);
const ingressName = `i${'-long'.repeat(20)}`;
const address = '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff';
const ingress = anIngress(
  called(ingressName),
  ofClass(className),
  withRules(rule(`${'a'.repeat(63)}.${'b'.repeat(63)}.example.com`, '/'), rule('www.example.com', '/')),
);

const given = (...modifiers: Parameters<typeof withSpec>[0][]): Observed =>
  withClasses(
    [anIngressClass(className, 'traefik.io/ingress-controller')],
    [{ name: className, driver: 'traefik', service: undefined, trustedProxies: ['192.0.2.0/28'] }],
  )(
    anObserved(
      withWindows(aWindow(covering(ingressName), ...modifiers.map((change) => withSpec(change)))),
      withIngresses(ingress),
    ),
  );

const eventOf = (observed: Observed, reason: string): EventIntent => {
  const event = decide(observed).statuses[0]?.events.find((each) => each.reason === reason);
  if (event === undefined) throw new Error(`no Event ${reason}`);
  return event;
};

const found = (reason: 'UnknownProxy' | 'AllClientsLookAlike' | 'ClusterAddress', shared = false): Observed =>
  withResponder({
    findings: [
      {
        gate: `shop/${ingressName}`,
        reason,
        address,
        sign: 'x-original-forwarded-for',
        shared,
        requests: 500,
        total: 500,
      },
    ],
  })(given());

describe('operator: Events', () => {
  const table: readonly (readonly [reason: string, observed: Observed, words: readonly string[]])[] = [
    ['UnknownProxy', found('UnknownProxy'), [address, 'trustedProxies', 'tell visitors apart']],
    ['AllClientsLookAlike', found('AllClientsLookAlike'), [address, 'trustedProxies', 'tell visitors apart']],
    [
      'AllClientsLookAlike',
      found('AllClientsLookAlike', true),
      [address, 'trustedProxies', 'access.trustSharedAddress'],
    ],
    ['ClusterAddress', found('ClusterAddress'), [address, 'PROXY protocol']],
    [
      'AllowlistContainsProxy',
      given({ access: { addresses: ['192.0.2.0/24'] } }),
      ['192.0.2.0/24', '192.0.2.0/28', 'addresses of the people'],
    ],
    [
      'SpoofableClientAddress',
      withProof(`shop/${ingressName}`, { ...proven('closed'), spoofed: true })(given()),
      ['192.0.2.123', 'its trusted list', 'trustedProxies'],
    ],
    [
      'DriverCannotSee',
      given({ only: { hosts: ['www.example.com'] } }),
      ['spec.only.hosts', 'X-Forwarded-Host', 'split the Ingress'],
    ],
    [
      'InvalidTemplate',
      given(withTemplate('t'.repeat(253), 'k'.repeat(253))(aWindow()).spec),
      ['configMapKeyRef.name', 'kubectl label configmap'],
    ],
  ];
  for (const [reason, observed, words] of table) {
    it(`${reason}: says ${words.join(', ')}, and nothing is cut off`, () => {
      const { type, message } = eventOf(observed, reason);
      expect(type).to.equal('Warning');
      for (const word of words) expect(message).to.contain(word);
      expect(Buffer.byteLength(message)).to.be.at.most(1000);
      expect(message).not.to.match(/…$/);
    });
  }

  it('end with … where more is said than they can hold', () => {
    const names = Array.from({ length: 64 }, (_, index) => `${'x'.repeat(240)}${index}`);
    const { message } = eventOf(anObserved(withWindows(aWindow(covering(...names)))), 'TargetNotFound');
    expect(message).to.match(/…$/);
    expect(message).to.have.lengthOf(1000);
  });
});
