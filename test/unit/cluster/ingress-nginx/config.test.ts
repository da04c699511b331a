import { expect } from 'chai';
import { Controller, gate, service, slice } from './objects.ts';

const authHead = 'location = /_external-auth-';
const errorHead = 'location @custom_custom-default-backend-shop-page_403';

describe('nginx.conf of the played ingress-nginx', () => {
  describe('a gate', () => {
    const controller = new Controller().page().ingress({ annotations: gate });

    it('asks the auth server before the app', () => {
      const location = controller.block('location "/"');
      expect(location).to.include('auth_request /_external-auth-Lw-Prefix;');
      expect(location).to.include('proxy_pass http://shop-app-80;');
    });

    it('sets these headers of the question, and the client may write all others', () => {
      const set = controller.block(authHead).filter((line) => line.startsWith('proxy_set_header'));
      expect(set.map((line) => line.replace('proxy_set_header ', ''))).to.deep.equal([
        'Content-Length "";',
        'X-Forwarded-Proto "";',
        'X-Request-ID $req_id;',
        'Host 10.96.7.7;',
        'X-Original-URL $scheme://$http_host$request_uri;',
        'X-Original-Method $request_method;',
        'X-Sent-From "nginx-ingress-controller";',
        'X-Real-IP $remote_addr;',
        'X-Forwarded-For $remote_addr;',
        'X-Auth-Request-Redirect $request_uri;',
      ]);
    });

    it('gives the question no time limit but nginx’s own', () => {
      expect(controller.block(authHead).join('\n')).not.to.contain('timeout');
    });

    it('sends a refusal to the error backend, and the status from there to the client', () => {
      expect(controller.block('location "/"')).to.include(
        'error_page 403 = @custom_custom-default-backend-shop-page_403;',
      );
      expect(controller.block('upstream "custom-default-backend-shop-page"')).to.include(
        'server 10.96.7.7:80 max_fails=0;',
      );
    });

    it('asks the error backend for `/`, and says what it was about', () => {
      const location = controller.block(errorHead);
      expect(location).to.include('rewrite (.*) / break;');
      expect(location.join('\n')).not.to.contain('proxy_http_version');
      expect(location).to.include.members([
        'proxy_set_header X-Code 403;',
        'proxy_set_header X-Original-URI $request_uri;',
        'proxy_set_header X-Namespace $namespace;',
        'proxy_set_header X-Ingress-Name $ingress_name;',
        'proxy_set_header X-Forwarded-For $remote_addr;',
      ]);
    });

    it('leaves the app’s own 403 alone when the Ingress says so, and only then', () => {
      expect(controller.block('location "/"')).not.to.include('proxy_intercept_errors on;');
      const { 'disable-proxy-intercept-errors': _, ...without } = gate;
      const other = new Controller().page().ingress({ annotations: without });
      expect(other.block('location "/"')).to.include('proxy_intercept_errors on;');
    });

    it('exempts the paths of ACME only where they have a location of their own', () => {
      const path = '/.well-known/acme-challenge/token';
      const acme = new Controller().page().ingress({ annotations: gate, path, pathType: 'Exact' });
      expect(acme.block(`location = "${path}"`).join('\n')).not.to.contain('auth_request');
    });
  });

  describe('the error backend', () => {
    const refused = (controller: Controller): string | undefined =>
      controller.block('location "/"').find((line) => line.startsWith('error_page'));

    it('is the built-in 404 when its Service has no ports', () => {
      const controller = new Controller();
      const spec = { type: 'ExternalName', externalName: '10.96.7.7', ports: [] };
      controller.store.serviceChanged('ADDED', service('page', spec));
      controller.ingress({ annotations: gate });
      expect(refused(controller)).to.equal('error_page 403 = @custom_upstream-default-backend_403;');
    });

    it('is nowhere when its name is no address', () => {
      const controller = new Controller();
      const spec = { type: 'ExternalName', externalName: 'page.example.com' };
      controller.store.serviceChanged('ADDED', service('page', spec));
      controller.ingress({ annotations: gate });
      expect(controller.block(errorHead)).to.include('proxy_pass http://nowhere;');
    });

    it('is nowhere when the app’s own Service is a name', () => {
      const controller = new Controller().page();
      const spec = { type: 'ExternalName', externalName: 'app.example.com' };
      controller.store.serviceChanged('MODIFIED', service('app', spec));
      controller.ingress({ annotations: gate });
      expect(controller.block(errorHead)).to.include('proxy_pass http://nowhere;');
    });

    it('is nowhere for all apps that share it when one of them is a name', () => {
      const controller = new Controller().page().ingress({ annotations: gate });
      const spec = { type: 'ExternalName', externalName: 'app.example.com' };
      controller.store.serviceChanged('ADDED', service('elsewhere', spec));
      controller.ingress({ name: 'a', host: 'a.test', service: 'elsewhere', annotations: gate });
      expect(controller.block(errorHead)).to.include('proxy_pass http://nowhere;');
    });

    it('takes the place of an app without endpoints, with the path as it is and no X-Original-URI', () => {
      const controller = new Controller().page().ingress({ annotations: gate });
      controller.store.sliceChanged('MODIFIED', slice('app'));
      const location = controller.block('location "/"');
      expect(location).to.include('proxy_pass http://custom-default-backend-shop-page;');
      expect(location).to.include('proxy_set_header X-Code 503;');
      expect(location.join('\n')).not.to.contain('X-Original-URI');
    });

    it('shares its requests with the app’s canary', () => {
      const controller = new Controller().page().ingress({ annotations: gate });
      controller.store.serviceChanged('ADDED', service('next'));
      controller.store.sliceChanged('ADDED', slice('next', '10.244.0.9'));
      controller.ingress({
        name: 'next',
        service: 'next',
        annotations: { canary: 'true', 'canary-weight': '20' },
      });
      const shares = controller.conf
        .split('\n')
        .filter((line) => line.includes('20.00%'))
        .map((line) => line.trim());
      expect(shares).to.deep.equal(['20.00% "shop-next-80";', '20.00% "shop-next-80";']);
      expect(controller.block(errorHead).at(-1)).to.match(/^proxy_pass http:\/\/\$by_header_/);
    });
  });

  describe('what comes before the gate', () => {
    for (const [what, annotations, line] of [
      ['a temporal redirect', { 'temporal-redirect': 'https://a.test/x' }, 'return 302 https://a.test/x;'],
      ['a permanent redirect', { 'permanent-redirect': 'https://a.test/x' }, 'return 301 https://a.test/x;'],
      ['a preflight', { 'enable-cors': 'true' }, 'return 204;'],
      ['`satisfy: any`', { satisfy: 'any', 'whitelist-source-range': '10.0.0.0/8' }, 'satisfy any;'],
    ] as const) {
      it(what, () => {
        const controller = new Controller().page().ingress({ annotations: { ...gate, ...annotations } });
        expect(controller.block('location "/"')).to.include(line);
      });
    }

    it('app-root, for the whole host', () => {
      const controller = new Controller().page().ingress({ annotations: { ...gate, 'app-root': '/shop' } });
      expect(controller.block('if ($uri = /)')).to.deep.equal(['return 302 $scheme://$http_host/shop;']);
    });

    it('https, where the host has a certificate', () => {
      const redirect = 'return 308 https://$redirect_host$redirect_uri;';
      expect(new Controller().ingress().conf).not.to.contain(redirect);
      expect(new Controller().ingress({ tls: true }).block('location "/"')).to.include(redirect);
    });

    it('503 of an app without endpoints that has no error backend', () => {
      const controller = new Controller().ingress({ annotations: { 'auth-url': gate['auth-url'] } });
      controller.store.sliceChanged('MODIFIED', slice('app'));
      expect(controller.block('location "/"')).to.include('return 503;');
    });
  });

  describe('the ConfigMap', () => {
    const open = { annotations: gate } as const;

    for (const [what, data, forwardedFor] of [
      ['by default', {}, '$remote_addr'],
      ['with use-forwarded-headers', { 'use-forwarded-headers': 'true' }, '$remote_addr'],
      [
        'with compute-full-forwarded-for too',
        { 'use-forwarded-headers': 'true', 'compute-full-forwarded-for': 'true' },
        '$full_x_forwarded_for',
      ],
    ] as const) {
      it(`X-Forwarded-For of the question ${what} is ${forwardedFor}`, () => {
        const controller = new Controller().page().configMap(data).ingress(open);
        expect(controller.block(authHead)).to.include(`proxy_set_header X-Forwarded-For ${forwardedFor};`);
      });
    }

    it('believes everybody’s X-Forwarded-For unless it names whom', () => {
      const data = { 'use-forwarded-headers': 'true' };
      expect(new Controller().configMap(data).block('http')).to.include('set_real_ip_from 0.0.0.0/0;');
      const named = new Controller().configMap({ ...data, 'proxy-real-ip-cidr': '10.0.0.0/8' });
      expect(named.block('http')).to.include('set_real_ip_from 10.0.0.0/8;');
    });

    it('global-auth-url asks for all, but not for an Ingress with an auth-url of its own', () => {
      const data = { 'global-auth-url': 'http://10.96.1.1/sso' };
      const controller = new Controller().page().configMap(data);
      expect(controller.ingress().block(authHead)).to.include('set $target "http://10.96.1.1/sso";');
      expect(controller.ingress(open).conf).not.to.contain('/sso');
    });

    it('custom-http-errors intercepts the app’s answers everywhere, whatever an Ingress says', () => {
      const controller = new Controller().page().configMap({ 'custom-http-errors': '403' }).ingress(open);
      expect(controller.block('http')).to.include('proxy_intercept_errors on;');
      expect(controller.block('location "/"').join('\n')).not.to.contain('proxy_intercept_errors off');
    });
  });

  it('a Prefix is the path itself and what is below it', () => {
    const controller = new Controller().ingress({ path: '/cart' });
    expect(controller.block('location = "/cart"')).to.include('proxy_pass http://shop-app-80;');
    expect(controller.block('location "/cart/"')).to.include('proxy_pass http://shop-app-80;');
    expect(controller.block('location "/"')).to.include('proxy_pass http://upstream-default-backend;');
  });

  it('of two Ingresses with one path the older one has it', () => {
    const controller = new Controller().ingress({ name: 'b' });
    controller.ingress({ name: 'a', service: 'other' });
    expect(controller.block('location "/"')).to.include('set $ingress_name "b";');
  });
});
