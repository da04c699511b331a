import { expect } from 'chai';
import { keyOf, refOf } from '../../../src/kube/objects.ts';
import { apiVersionOf, pathOf, resourceName, resources } from '../../../src/kube/resources.ts';

describe('pathOf', () => {
  const { ingresses, pods, nodes } = resources;
  const table: readonly [string, string][] = [
    [pathOf(pods, {}), '/api/v1/pods'],
    [pathOf(pods, { namespace: 'shop' }), '/api/v1/namespaces/shop/pods'],
    [pathOf(pods, { namespace: 'shop', name: 'a' }), '/api/v1/namespaces/shop/pods/a'],
    [pathOf(nodes, { name: 'n1' }), '/api/v1/nodes/n1'],
    [
      pathOf(ingresses, { namespace: 'shop', name: 'web', subresource: 'status' }),
      '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web/status',
    ],
    [pathOf(pods, { namespace: 'shop', name: 'a/../b' }), '/api/v1/namespaces/shop/pods/a%2F..%2Fb'],
  ];
  for (const [path, expected] of table) it(expected, () => expect(path).to.equal(expected));

  it('refuses a name that would address something else', () => {
    for (const name of ['', '.', '..']) {
      expect(() => pathOf(pods, { namespace: 'shop', name })).to.throw(TypeError, 'is no name');
      expect(() => pathOf(pods, { namespace: name })).to.throw(TypeError, 'is no name');
    }
  });

  it('refuses a namespace that does not fit the resource', () => {
    expect(() => pathOf(pods, { name: 'a' })).to.throw(TypeError, 'needs a namespace');
    expect(() => pathOf(nodes, { namespace: 'shop', name: 'n' })).to.throw(TypeError, 'no namespace');
  });
});

describe('names of resources', () => {
  it('are those of kubectl', () => {
    expect(resourceName(resources.pods)).to.equal('pods');
    expect(resourceName(resources.middlewares)).to.equal('middlewares.traefik.io');
    expect(apiVersionOf(resources.pods)).to.equal('v1');
    expect(apiVersionOf(resources.deployments)).to.equal('apps/v1');
    expect(apiVersionOf(resources.maintenanceWindows)).to.equal('backsoon.dev/v1alpha1');
  });
});

describe('keyOf and refOf', () => {
  it('are inverse', () => {
    for (const ref of [{ namespace: 'shop', name: 'web' }, { name: 'node-1' }]) {
      expect(refOf(keyOf(ref))).to.deep.equal(ref);
    }
  });
});
