import { expect } from 'chai';
import type { Ingress } from '../../../../src/api/ingress.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import type { Expectation, ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import { anIngress, rule, servedAt, withRules, withTls } from '../../builders/ingress.ts';
import { anObserved, withIngresses, withWindows } from '../../builders/observed.ts';
import { aWindow } from '../../builders/window.ts';
import { gated, prepared } from './standing.ts';
import { immediate, later, on } from './table.ts';

const probesOf = (observed: Observed): readonly ProbeTarget[] => decide(observed).probes;

const probeOf = (ingress: Ingress): ProbeTarget => {
  const [probe, ...others] = probesOf(
    prepared(anObserved(withWindows(aWindow()), withIngresses(gated(ingress)))),
  );
  if (probe === undefined || others.length > 0) throw new Error('not one probe');
  return probe;
};

const decisionOf = (expected: Expectation): string => (expected.gate === 'on' ? expected.decision : 'gone');

interface Row {
  readonly title: string;
  readonly ingress: Ingress;
  /** Host, path or `(none)` that could be asked for, and `tls` where the probe comes by TLS. */
  readonly shots: readonly string[];
}

const table: readonly Row[] = [
  { title: 'one host', ingress: anIngress(), shots: ['shop.example.com /'] },
  {
    title: 'TLS where a certificate stands for the host',
    ingress: anIngress(
      withRules(rule('a.example.com', '/'), rule('b.example.com', '/')),
      withTls('b.example.com'),
    ),
    shots: ['a.example.com /', 'b.example.com / tls'],
  },
  {
    title: 'each host on a path that this host serves',
    ingress: anIngress(withRules(rule('a.example.com', '/api'), rule('b.example.com', '/shop', '/cart'))),
    shots: ['a.example.com /api', 'b.example.com /shop'],
  },
  {
    title: 'a host of two rules once',
    ingress: anIngress(withRules(rule('a.example.com', '/(x|y)'), rule('a.example.com', '/z'))),
    shots: ['a.example.com /z'],
  },
  {
    title: 'the first path that is no regular expression',
    ingress: anIngress(withRules(rule('a.example.com', '/item/[0-9]+', '/cart'))),
    shots: ['a.example.com /cart'],
  },
  {
    title: 'a host with nothing but regular expressions has no path',
    ingress: anIngress(withRules(rule('a.example.com', '/item/[0-9]+'), rule('b.example.com', '/'))),
    shots: ['a.example.com (none)', 'b.example.com /'],
  },
  {
    title: 'nothing but regular expressions',
    ingress: anIngress(withRules(rule('a.example.com', '/item/[0-9]+', '/(en|de)/.*'))),
    shots: ['a.example.com (none)'],
  },
  {
    title: 'a wildcard by a name that it covers',
    ingress: anIngress(withRules(rule('*.example.com', '/')), withTls('*.example.com')),
    shots: ['backsoon-probe.example.com / tls'],
  },
  {
    title: 'a host without paths',
    ingress: anIngress(withRules(rule('a.example.com'))),
    shots: ['a.example.com /'],
  },
  { title: 'no host', ingress: anIngress(withRules(rule(undefined, '/x'))), shots: ['(any) /x'] },
  { title: 'no rules', ingress: anIngress(withRules()), shots: ['(any) /'] },
];

describe('operator: what is probed', () => {
  for (const { title, ingress, shots } of table) {
    it(title, () => {
      const found = probeOf(ingress).hosts.map(({ host, path, tls }) =>
        [host ?? '(any)', path ?? '(none)', ...(tls ? ['tls'] : [])].join(' '),
      );
      expect(found).to.deep.equal(shots);
    });
  }

  it('at the addresses in the Ingress’s status', () => {
    expect(probeOf(anIngress(servedAt('192.0.2.1'))).addresses).to.deep.equal(['192.0.2.1']);
    expect(probeOf(anIngress()).addresses).to.deep.equal([]);
  });

  it('is a gate that is on, and nothing else', () => {
    expect(probesOf(prepared(immediate))).to.deep.equal([]);
    expect(probesOf(on(immediate)).map(({ gate, expected }) => [gate, decisionOf(expected)])).to.deep.equal([
      ['shop/web', 'closed'],
    ]);
    expect(probesOf(on(later('21:00:30'))).map(({ expected }) => decisionOf(expected))).to.deep.equal([
      'open',
    ]);
    expect(probesOf(anObserved(withIngresses(gated(anIngress()))))).to.deep.equal([]);
  });
});
