import type { KubeClient } from '../../kube/client.ts';
import type { EndpointSlice, Service } from '../../kube/kinds.ts';
import { refOf } from '../../kube/objects.ts';
import { resources } from '../../kube/resources.ts';
import type { ProbeTarget } from '../decide/plan.ts';

/** Where one Pod of an ingress controller, or its load balancer, takes requests. */
export interface ControllerAddress {
  readonly ip: string;
  readonly http: number | undefined;
  readonly https: number | undefined;
}

/** The Pods behind a Service are looked up again after so long. */
const freshMs = 5_000;

function portOf(service: Service, slice: EndpointSlice, port: number): number | undefined {
  const found = service.spec.ports?.find((each) => each.port === port);
  if (found === undefined) return undefined;
  return slice.ports?.find(({ name }) => (name ?? '') === (found.name ?? ''))?.port;
}

function addressesOf(service: Service, slices: readonly EndpointSlice[]): ControllerAddress[] {
  return slices.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses[0] ?? [])
      .map((ip) => ({ ip, http: portOf(service, slice, 80), https: portOf(service, slice, 443) })),
  );
}

/** Finds the ready Pods of ingress controllers: each of them has to know the gate, not only the one a load balancer picks. */
export class ControllerAddresses {
  readonly #client: KubeClient;
  readonly #known = new Map<
    string,
    { readonly at: number; readonly addresses: Promise<readonly ControllerAddress[]> }
  >();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** The addresses at which a target is to be probed; empty when none is known. */
  async of(target: ProbeTarget): Promise<readonly ControllerAddress[]> {
    const { service } = target.class;
    if (service === undefined) return target.addresses.map((ip) => ({ ip, http: 80, https: 443 }));
    const known = this.#known.get(service);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.addresses;
    const addresses = this.#find(service).catch(() => known?.addresses ?? []);
    this.#known.set(service, { at: performance.now(), addresses });
    return addresses;
  }

  async #find(key: string): Promise<readonly ControllerAddress[]> {
    const ref = refOf(key);
    const [service, slices] = await Promise.all([
      this.#client.get(resources.services, ref),
      this.#client.list(resources.endpointSlices, {
        namespace: ref.namespace,
        labelSelector: `kubernetes.io/service-name=${ref.name}`,
      }),
    ]);
    return addressesOf(service, slices.items);
  }
}
