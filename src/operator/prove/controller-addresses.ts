import type { KubeClient } from '../../kube/client.ts';
import type { EndpointSlice, Service } from '../../kube/kinds.ts';
import { refOf } from '../../kube/objects.ts';
import { resources } from '../../kube/resources.ts';
import type { ClassSettings } from '../../gates/driver.ts';
import type { ProbeTarget } from '../decide/plan.ts';

/** Where one Pod of an ingress controller, or its load balancer, takes requests. */
export interface ControllerAddress {
  readonly ip: string;
  readonly http: number | undefined;
  readonly https: number | undefined;
  /** One Pod's own? Behind a load balancer each connection may meet another one. */
  readonly isPod: boolean;
}

/** Where the controller of a target takes requests, or why that is not known. */
export type FoundAddresses =
  | { readonly addresses: readonly [ControllerAddress, ...ControllerAddress[]] }
  | { readonly problem: string };

/** The Pods behind a Service are looked up again after so long. */
const freshMs = 5_000;

const usualPorts = { http: 80, https: 443 } as const;

type Ports = NonNullable<ClassSettings['ports']>;

function portOf(service: Service, slice: EndpointSlice, port: number): number | undefined {
  const found = service.spec.ports?.find((each) => each.port === port);
  if (found === undefined) return undefined;
  return slice.ports?.find(({ name }) => (name ?? '') === (found.name ?? ''))?.port;
}

/** While slices are rearranged an endpoint may be in two of them. */
function addressesOf(service: Service, slices: readonly EndpointSlice[], ports: Ports): ControllerAddress[] {
  const found = new Map<string, ControllerAddress>();
  for (const slice of slices) {
    const [http, https] = [ports.http, ports.https].map((port) => portOf(service, slice, port));
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const [ip] = addresses;
      if (ip !== undefined && conditions?.ready !== false) found.set(ip, { ip, http, https, isPod: true });
    }
  }
  return [...found.values()];
}

function found(addresses: readonly ControllerAddress[], problem: string): FoundAddresses {
  const [first, ...others] = addresses;
  return first === undefined ? { problem } : { addresses: [first, ...others] };
}

const unfound = (name: string, service: string, error: unknown): string =>
  `The Pods of Service ${service} (the chart's value ingressControllers.${name}.service) can not be found: ${String(error)}`;

/** Finds the ready Pods of ingress controllers: each of them has to know the gate, not only the one a load balancer picks. */
export class ControllerAddresses {
  readonly #client: KubeClient;
  readonly #known = new Map<string, { readonly at: number; readonly found: Promise<FoundAddresses> }>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** The addresses at which a target is to be probed. */
  async of(target: ProbeTarget): Promise<FoundAddresses> {
    const { name, service, ports = usualPorts } = target.class;
    if (service === undefined) {
      return found(
        target.addresses.map((ip) => Object.assign({ ip, isPod: false }, ports)),
        `The Ingress has no address in its status yet, and the Service of class ${name} is not known: ` +
          `name it in the chart's value ingressControllers.${name}.service.`,
      );
    }
    const known = this.#known.get(name);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.found;
    const looked = this.#find(service, ports).catch(async (error: unknown) => {
      // Without the API server the Pods are most likely where they were.
      const last = await known?.found;
      return last !== undefined && 'addresses' in last ? last : { problem: unfound(name, service, error) };
    });
    this.#known.set(name, { at: performance.now(), found: looked });
    return looked;
  }

  async #find(key: string, ports: Ports): Promise<FoundAddresses> {
    const ref = refOf(key);
    const [service, slices] = await Promise.all([
      this.#client.get(resources.services, ref),
      this.#client.list(resources.endpointSlices, {
        namespace: ref.namespace,
        labelSelector: `kubernetes.io/service-name=${ref.name}`,
      }),
    ]);
    return found(
      addressesOf(service, slices.items, ports),
      `Service ${key} has no ready Pod: look at the ingress controller's Pods.`,
    );
  }
}
