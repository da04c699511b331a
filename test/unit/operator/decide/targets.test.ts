import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';
import type { Ingress } from '../../../../src/api/ingress.ts';
import { servedClasses } from '../../../../src/gates/drivers.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import type { Targets } from '../../../../src/operator/decide/targets.ts';
import { targetsOf } from '../../../../src/operator/decide/targets.ts';
import type { Modifier } from '../../builders/freeze.ts';
import {
  anIngress,
  anIngressClass,
  annotated,
  called,
  labelled,
  ofClass,
  rule,
  traefikClass,
  withRules,
} from '../../builders/ingress.ts';
import { anObserved, withIngresses, withWindows } from '../../builders/observed.ts';
import { aWindow, withSpec } from '../../builders/window.ts';
import { configs, settings } from '../../gates/controllers.ts';

const classNames = ['ingress-nginx', 'haproxy-ingress'];
const classes = [traefikClass, ...classNames.map((name) => anIngressClass(name, `example.com/${name}`))];
const served = servedClasses({ settings: Object.values(settings), classes });

const serving =
  (...hosts: readonly (string | undefined)[]): Modifier<Ingress> =>
  (ingress) =>
    withRules(...hosts.map((host) => rule(host, '/')))(ingress);
const canary = annotated({ 'nginx.ingress.kubernetes.io/canary': 'true' });
const nginx = ofClass('ingress-nginx');

const named = (...names: readonly string[]): MaintenanceWindowSpec => ({
  targets: names.map((name) => ({ ingress: { name } })),
});
const all: MaintenanceWindowSpec = { targets: [{ ingress: { selector: {} } }] };
const only = (spec: MaintenanceWindowSpec, ...hosts: readonly string[]): MaintenanceWindowSpec => ({
  ...spec,
  only: { hosts: [...hosts] },
});

const observing = (spec: MaintenanceWindowSpec, ingresses: readonly Ingress[]): Observed => ({
  ...anObserved(withIngresses(...ingresses), withWindows(aWindow(withSpec(spec)))),
  classes: { classes, served, configs },
});
const targetsIn = (spec: MaintenanceWindowSpec, ...ingresses: readonly Ingress[]): Targets =>
  targetsOf(spec, observing(spec, ingresses));
const coveredIn = (spec: MaintenanceWindowSpec, ...ingresses: readonly Ingress[]): readonly string[] =>
  targetsIn(spec, ...ingresses).ingresses.map(({ metadata }) => metadata.name);

/** What a window is told of its targets. */
const armableIn = (spec: MaintenanceWindowSpec, ...ingresses: readonly Ingress[]) =>
  decide(observing(spec, ingresses)).statuses[0]?.status.conditions?.find(({ type }) => type === 'Armable');

const web = anIngress();
const webOfNginx = anIngress(nginx);
const webCanary = anIngress(called('web-canary'), nginx, canary);

describe('operator: what a window covers', () => {
  it('leaves out solvers of certificates, also by name', () => {
    const solver = anIngress(called('solver'), labelled({ 'acme.cert-manager.io/http01-solver': 'true' }));
    expect(coveredIn(all, web, solver)).to.deep.equal(['web']);
    expect(targetsIn(named('solver'), web, solver).missing).to.deep.equal(['solver']);
    expect(targetsIn(all, web, solver).shared, 'a host that it serves too').to.deep.equal([]);
  });

  describe('canaries of ingress-nginx', () => {
    it('are covered by their main Ingress, and have no gate of their own', () => {
      for (const spec of [all, named('web'), named('web', 'web-canary')]) {
        const targets = targetsIn(spec, webOfNginx, webCanary);
        expect(targets).to.deep.include({ missing: [], strayCanaries: [], shared: [] });
        expect(targets.ingresses.map(({ metadata }) => metadata.name)).to.deep.equal(['web']);
      }
      const { operations, statuses } = decide(observing(all, [webOfNginx, webCanary]));
      expect(JSON.stringify(operations)).not.to.include('web-canary');
      expect(statuses[0]?.status.gates).to.deep.include({ total: 1 });
    });

    it('keep their main Ingress from being gated: nginx would send them a share of the refused', () => {
      const armable = armableIn(all, webOfNginx, webCanary);
      expect(armable).to.deep.include({ status: 'False', reason: 'GateBypassed' });
      expect(armable?.message).to.include('Ingress web-canary');
      expect(armableIn(all, webOfNginx)?.reason, 'without one').not.to.equal('GateBypassed');
    });

    it('lose a gate that was copied onto them', () => {
      const gateUrl = 'http://10.96.0.80:80/gate/nginx/shop/web';
      const copied = annotated({ 'nginx.ingress.kubernetes.io/auth-url': gateUrl })(webCanary);
      const { operations } = decide(observing(all, [webOfNginx, copied]));
      const taken = operations.filter(({ kind }) => kind === 'TakeGate');
      expect(taken).to.have.lengthOf(1);
      expect(taken[0]).to.have.nested.property('ingress.name', 'web-canary');
    });

    const other = anIngress(called('api'), nginx, serving('api.example.com'));
    const alone = [
      {
        title: 'asked for alone',
        spec: named('web-canary'),
        saying: ['web-canary, a canary', 'Target web;'],
      },
      {
        title: 'asked for beside another Ingress',
        spec: named('api', 'web-canary'),
        saying: ['web-canary, a canary', 'Target web;'],
      },
    ];
    for (const { title, spec, saying } of alone) {
      it(`${title}: the window says which Ingress to name instead`, () => {
        const armable = armableIn(spec, webOfNginx, webCanary, other);
        expect(armable).to.deep.include({ status: 'False', reason: 'NoTargets' });
        for (const words of saying) expect(armable?.message).to.include(words);
      });
    }

    it('of nothing: the window says that there is no main Ingress', () => {
      expect(armableIn(all, webCanary)?.message).to.include('there is none in this namespace');
    });

    it('are Ingresses like any other for controllers that do not read the annotation', () => {
      for (const className of ['traefik', 'haproxy-ingress']) {
        expect(coveredIn(all, anIngress(canary, ofClass(className)))).to.deep.equal(['web']);
      }
    });
  });

  describe('a covered host that another Ingress serves too', () => {
    const table = [
      { title: 'the same host', other: serving('shop.example.com'), host: 'shop.example.com' },
      { title: 'one of its hosts', other: serving('a.test', 'shop.example.com'), host: 'shop.example.com' },
      { title: 'another host', other: serving('www.example.com'), host: undefined },
      { title: 'a wildcard around it', other: serving('*.example.com'), host: undefined },
    ];
    for (const { title, other, host } of table) {
      it(`${title}: ${host === undefined ? 'no warning' : 'a warning'}`, () => {
        const armable = armableIn(named('web'), web, anIngress(called('blog'), other));
        const reason = host === undefined ? 'Armable' : 'HostPartlyCovered';
        expect(armable).to.deep.include({ status: 'True', reason });
        if (host !== undefined) expect(armable?.message).to.include(`Ingress blog serves host ${host} too`);
      });
    }

    it('is none when the window covers that one as well', () => {
      expect(targetsIn(all, web, anIngress(called('blog'))).shared).to.deep.equal([]);
    });

    it('is none where spec.only.hosts leaves the host open', () => {
      const two = anIngress(serving('shop.example.com', 'www.example.com'));
      const blog = anIngress(called('blog'), serving('www.example.com'));
      expect(targetsIn(only(named('web'), 'shop.example.com'), two, blog).shared).to.deep.equal([]);
      expect(targetsIn(only(named('web'), 'www.example.com'), two, blog).shared).to.deep.equal([
        { ingress: 'blog', host: 'www.example.com' },
      ]);
    });

    it('is told of hosts that no rule names', () => {
      const [catchAll, other] = [
        anIngress(serving(undefined)),
        anIngress(called('blog'), serving(undefined)),
      ];
      expect(armableIn(named('web'), catchAll, other)?.message).to.include('hosts that no rule names');
    });

    it('names three, and counts the others', () => {
      const others = ['a', 'b', 'c', 'd', 'e'].map((name) => anIngress(called(name)));
      const message = armableIn(named('web'), web, ...others)?.message ?? '';
      expect(message.match(/serves host/g)).to.have.lengthOf(3);
      expect(message).to.include('(and 2 more)');
    });
  });
});
