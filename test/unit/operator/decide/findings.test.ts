import { expect } from 'chai';
import type { AddressFinding } from '../../../../src/api/responder-status.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { traefikClass } from '../../builders/ingress.ts';
import {
  anObserved,
  proven,
  withClasses,
  withIngresses,
  withProof,
  withResponder,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow, covering, withSpec } from '../../builders/window.ts';
import { prepared } from './standing.ts';
import { api, from, web } from './table.ts';

const squid = '192.0.2.5';

const found = (change: Partial<AddressFinding>): AddressFinding => ({
  gate: 'shop/web',
  reason: 'AllClientsLookAlike',
  address: squid,
  requests: 500,
  total: 500,
  ...change,
});

/** The condition of a window that covers `shop/web`. */
function plausible(
  findings: readonly AddressFinding[],
  access: { addresses?: string[]; trustSharedAddress?: boolean } = {},
): { reason: string | undefined; message: string } {
  const window = aWindow(from('20:00:00'), withSpec({ access }));
  const observed = prepared(anObserved(withWindows(window), withIngresses(web)));
  const [update] = decide(withResponder({ findings })(observed)).statuses;
  const condition = update?.status.conditions?.find(({ type }) => type === 'ClientAddressesPlausible');
  return { reason: condition?.reason, message: condition?.message ?? '' };
}

const cure =
  `If it is a proxy of yours, add ${squid} to the chart's value ingressControllers.traefik.trustedProxies ` +
  'and to entryPoints.<name>.forwardedHeaders.trustedIPs in Traefik; both are needed to tell visitors apart. ' +
  'Add none that you do not know: whoever comes from there could then choose any address for a client.';
const trusted =
  'Address rules apply to them all the same, because spec.access.trustSharedAddress is true: ' +
  'an entry that matches lets all of them in.';

describe('operator: the words for addresses that do not tell visitors apart', () => {
  it('of one address for nearly all', () => {
    expect(plausible([found({})])).to.deep.equal({
      reason: 'AllClientsLookAlike',
      message:
        `At least 95 % of the requests to shop/web in the last 5 minutes came from the one address ${squid}, ` +
        `so addresses do not tell visitors apart. ${cure}`,
    });
  });

  it('of one address that many share: what follows, and both cures', () => {
    expect(plausible([found({ shared: true })])).to.deep.equal({
      reason: 'AllClientsLookAlike',
      message:
        `Nearly all visitors of shop/web have the one address ${squid}, and 20 or more different browsers are behind it: ` +
        `likely a proxy that does not say so. Address rules do not apply to them. ${cure} ` +
        'If only the people who may pass come from it, give them tokens, or set spec.access.trustSharedAddress: true.',
    });
  });

  it('of a proxy that shows itself', () => {
    expect(plausible([found({ reason: 'UnknownProxy', sign: 'via' })])).to.deep.equal({
      reason: 'UnknownProxy',
      message:
        'At least 95 % of the requests to shop/web in the last 5 minutes came through a proxy that Backsoon was not told of: ' +
        `address ${squid}, header via. Address rules do not apply to them. ${cure}`,
    });
  });

  for (const change of [{ shared: true }, { reason: 'UnknownProxy' }] as const) {
    it(`does not say that address rules are off where a window trusts the address: ${JSON.stringify(change)}`, () => {
      const { message } = plausible([found(change)], { trustSharedAddress: true });
      expect(message).to.contain(trusted).and.to.contain(cure);
      expect(message).not.to.contain('do not apply').and.not.to.contain('or set spec.access');
    });
  }

  it('says the same whatever the counts are and whichever replica has more', () => {
    const replicas = [
      found({ address: '192.0.2.6', requests: 400 }),
      found({ requests: 300, shared: true }),
      found({ reason: 'UnknownProxy', address: '192.0.2.8', requests: 10 }),
      found({ reason: 'UnknownProxy', address: '192.0.2.7', requests: 9 }),
    ];
    const first = plausible(replicas);
    expect(first.message).to.contain('192.0.2.7');
    expect(plausible(replicas.toReversed())).to.deep.equal(first);
    const others = replicas.map((each, index) => found({ ...each, requests: index, total: 9 }));
    expect(plausible(others)).to.deep.equal(first);
  });

  it('puts a shared address before one that only looks alike', () => {
    const findings = [found({ address: '192.0.2.1' }), found({ shared: true })];
    expect(plausible(findings).message).to.contain(`${squid}, and 20 or more`);
  });
});

describe('operator: several things wrong with addresses', () => {
  const both = anObserved(
    withWindows(aWindow(covering('web', 'api'), withSpec({ access: { addresses: ['192.0.2.0/24'] } }))),
    withIngresses(web, api),
    withClasses(
      [traefikClass],
      [{ name: 'traefik', driver: 'traefik', service: undefined, trustedProxies: ['192.0.2.0/28'] }],
    ),
  );
  const findings = [
    found({ gate: 'shop/api', address: '192.0.2.9' }),
    found({ gate: 'shop/other', address: '192.0.2.1' }),
    found({ reason: 'UnknownProxy', sign: 'via' }),
    found({}),
  ];
  const told = (observed: Observed): { reason: string | undefined; message: string } => {
    const conditions = decide(observed).statuses[0]?.status.conditions ?? [];
    const condition = conditions.find(({ type }) => type === 'ClientAddressesPlausible');
    return { reason: condition?.reason, message: condition?.message ?? '' };
  };
  const seen = withResponder({ findings })(both);

  it('are all told, the worst in full, each address of a gate once', () => {
    const { reason, message } = told(seen);
    expect(reason).to.equal('AllowlistContainsProxy');
    expect(message).to.equal(
      'spec.access.addresses entry 192.0.2.0/24 overlaps 192.0.2.0/28, a trusted proxy of class traefik: ' +
        'that part never matches. Write the addresses of the people instead. ' +
        `Besides: UnknownProxy at shop/web (${squid}); AllClientsLookAlike at shop/api (192.0.2.9).`,
    );
  });

  it('are told in one order', () => {
    const reversed = withResponder({ findings: findings.toReversed() })(both);
    expect(told(reversed)).to.deep.equal(told(seen));
  });

  it('begin with clients that choose their address', () => {
    const { reason, message } = told(withProof('shop/api', { ...proven('open'), spoofed: true })(seen));
    expect(reason).to.equal('SpoofableClientAddress');
    expect(message)
      .to.contain('A probe of shop/api')
      .and.to.contain('Besides: AllowlistContainsProxy (192.0.2.0/24');
  });

  it('fit into an Event, and say when there are more', () => {
    const many = Array.from({ length: 200 }, (_, index) => found({ address: `198.51.100.${index}` }));
    const { message } = told(withResponder({ findings: many })(both));
    expect(message.length).to.be.within(850, 950);
    expect(message).to.match(/\); and more\.$/);
  });
});
