import { expect } from 'chai';
import { KubeClient } from '../../../../src/kube/client.ts';
import type { Transport } from '../../../../src/kube/transport.ts';
import type { ClassSettings } from '../../../../src/gates/driver.ts';
import type { ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import { ControllerAddresses } from '../../../../src/operator/prove/controller-addresses.ts';
import { traefik } from '../../../../src/gates/traefik.ts';

const service = {
  metadata: { name: 'traefik', namespace: 'ingress' },
  spec: {
    ports: [
      { name: 'web', port: 80, targetPort: 'web' },
      { name: 'websecure', port: 443, targetPort: 'websecure' },
      { name: 'intern', port: 8080, targetPort: 'intern' },
    ],
  },
};
const slice = (...endpoints: readonly object[]) => ({
  metadata: { name: 'traefik-x', namespace: 'ingress' },
  addressType: 'IPv4',
  endpoints,
  ports: [
    { name: 'web', port: 8000 },
    { name: 'websecure', port: 8443 },
    { name: 'intern', port: 9000 },
  ],
});
const pod = (ip: string, ready?: boolean) => ({
  addresses: [ip],
  conditions: ready === undefined ? {} : { ready },
});

/** An API server that has this Service with these slices, or fails. */
const clientOf = (slices: readonly object[] | Error): KubeClient => {
  const transport: Transport = {
    request: async ({ path }) => {
      if (slices instanceof Error) throw slices;
      const found = path.includes('endpointslices')
        ? { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '1' }, items: slices }
        : { apiVersion: 'v1', kind: 'Service', ...service };
      const text = JSON.stringify(found);
      return {
        status: 200,
        headers: {},
        body: (async function* () {
          yield Buffer.from(text);
        })(),
        text: async () => text,
      };
    },
    close: async () => undefined,
  };
  return new KubeClient(transport);
};

const target = (settings: Partial<ClassSettings>, ...addresses: readonly string[]): ProbeTarget => ({
  gate: 'shop/web',
  class: { name: 'edge', driver: 'traefik', trustedProxies: [], service: 'ingress/traefik', ...settings },
  driver: traefik,
  hosts: [],
  addresses,
  expected: { gate: 'gone' },
});

describe('operator: where an ingress controller is asked', () => {
  const find = async (slices: readonly object[] | Error, asked: ProbeTarget) =>
    new ControllerAddresses(clientOf(slices)).of(asked);

  it('is each ready Pod of its Service, once, at the ports of its visitors', async () => {
    const slices = [
      slice(pod('10.0.0.1'), pod('10.0.0.2', true), pod('10.0.0.3', false)),
      slice(pod('10.0.0.2', true)),
    ];
    expect(await find(slices, target({}))).to.deep.equal({
      addresses: ['10.0.0.1', '10.0.0.2'].map((ip) => ({ ip, http: 8000, https: 8443, isPod: true })),
    });
  });

  it('is at the ports that the chart names', async () => {
    const asked = target({ ports: { http: 8080, https: 8081 } });
    expect(await find([slice(pod('10.0.0.1'))], asked)).to.deep.equal({
      addresses: [{ ip: '10.0.0.1', http: 9000, https: undefined, isPod: true }],
    });
  });

  it('is the address in the Ingress’s status for a class without a Service', async () => {
    expect(await find([], target({ service: undefined }, '192.0.2.1'))).to.deep.equal({
      addresses: [{ ip: '192.0.2.1', http: 80, https: 443, isPod: false }],
    });
  });

  const problem = async (found: ReturnType<typeof find>): Promise<string> => {
    const result = await found;
    return 'problem' in result ? result.problem : 'none';
  };
  it('is unknown otherwise, and it says what to do', async () => {
    expect(await problem(find([], target({ service: undefined })))).to.contain(
      'ingressControllers.edge.service',
    );
    expect(await problem(find([slice(pod('10.0.0.3', false))], target({})))).to.contain(
      'ingress/traefik has no ready Pod',
    );
    const failed = await problem(find(new Error('connection refused'), target({})));
    expect(failed).to.contain('ingressControllers.edge.service').and.to.contain('connection refused');
  });
});
