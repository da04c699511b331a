import { expect } from 'chai';
import { Rate } from '../../../cluster/ingress/nginx/rate.ts';
import { Controller, gate, ingress, meta, service } from './objects.ts';

const goesTo = (controller: Controller): string | undefined =>
  /error_page 403 = (\S+);/.exec(controller.conf)?.[1];

const page = '@custom_custom-default-backend-shop-page_403';
const builtIn = '@custom_upstream-default-backend_403';

describe('what the played ingress-nginx knows', () => {
  it('an error backend that comes later is not seen until the Ingress is touched', () => {
    const controller = new Controller().ingress({ annotations: gate });
    expect(goesTo(controller)).to.equal(builtIn);
    controller.page();
    expect(goesTo(controller)).to.equal(builtIn);
    controller.ingress({ annotations: { ...gate, touched: 'yes' } });
    expect(goesTo(controller)).to.equal(page);
  });

  it('a change of the ConfigMap has all annotations read again', () => {
    const controller = new Controller().ingress({ annotations: gate }).page().configMap({});
    expect(goesTo(controller)).to.equal(page);
  });

  it('an error backend whose address changes keeps the old one until the Ingress is touched', () => {
    const controller = new Controller().page().ingress({ annotations: gate });
    const spec = { type: 'ExternalName', externalName: '10.96.8.8', ports: [{ port: 80, targetPort: 80 }] };
    controller.store.serviceChanged('MODIFIED', service('page', spec));
    expect(controller.conf).to.contain('server 10.96.7.7:80');
    controller.ingress({ annotations: gate });
    expect(controller.conf).to.contain('server 10.96.8.8:80');
  });

  for (const [what, annotations, data] of [
    ['an auth-url with a percent sign', { 'auth-url': 'http://10.96.7.7/a%20b' }, {}],
    ['an annotation above annotations-risk-level', gate, { 'annotations-risk-level': 'Medium' }],
    ['a default-backend that is no name', { ...gate, 'default-backend': 'Page!' }, {}],
  ] as const) {
    it(`${what} leaves the Ingress as it was: the site stays open`, () => {
      const controller = new Controller().configMap(data).ingress();
      controller.ingress({ annotations });
      expect(controller.conf).not.to.contain('auth_request');
      expect(controller.conf).to.contain('server_name "shop.test"');
      expect(controller.said.join()).to.match(
        /refused, the previous state stays: shop\/web: annotation nginx/,
      );
    });

    it(`${what}, met for the first time: the Ingress is not there at all`, () => {
      const controller = new Controller().configMap(data).ingress({ annotations });
      expect(controller.conf).not.to.contain('server_name "shop.test"');
    });
  }

  it('an auth-url without a host closes the location with 503', () => {
    const controller = new Controller().ingress({ annotations: { 'auth-url': '/gate' } });
    expect(controller.block('location "/"').at(-1)).to.equal('return 503;');
  });

  it('an Ingress is ours by the class in its field, and only without one by the old annotation', () => {
    const controller = new Controller();
    controller.ingress({ className: 'other' });
    expect(controller.store.ingresses).to.have.length(0);
    const old = ingress({ className: undefined });
    const annotations = { 'kubernetes.io/ingress.class': 'nginx' };
    controller.store.ingressChanged('ADDED', { ...old, metadata: { ...old.metadata, annotations } });
    expect(controller.store.ingresses).to.have.length(1);
  });

  it('an IngressClass is ours by its controller or, when that is asked for, by its name', () => {
    const controller = new Controller();
    const other = { controller: 'example.com/other' };
    controller.store.classChanged('ADDED', { metadata: meta('by-neither'), spec: other });
    controller.ingress({ className: 'by-neither' });
    expect(controller.store.ingresses).to.deep.equal([]);
    controller.store.classChanged('DELETED', {
      metadata: meta('nginx'),
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    controller.store.classChanged('ADDED', { metadata: meta('nginx'), spec: other });
    controller.ingress({ className: 'nginx' });
    expect(controller.store.ingresses).to.have.lengthOf(1);
  });

  it('an Ingress that leaves the class is gone', () => {
    const controller = new Controller().ingress();
    controller.ingress({ className: 'other' });
    expect(controller.store.ingresses).to.have.length(0);
  });

  it('a Service that comes is no reason to write anew, unless it is of type ExternalName', () => {
    const controller = new Controller();
    const { syncs } = controller;
    controller.store.serviceChanged('ADDED', service('other'));
    expect(controller.syncs).to.equal(syncs);
    controller.page();
    expect(controller.syncs).to.equal(syncs + 1);
  });

  it('writes at once when it has not for a while, and else in its turn', () => {
    const rate = new Rate(0.5);
    expect([rate.take(10_000), rate.take(10_500), rate.take(11_000), rate.take(60_000)]).to.deep.equal([
      0, 1500, 3000, 0,
    ]);
  });
});
