import type { AddressSettings } from '../access/client-address.ts';
import { CidrSet } from '../access/cidr-set.ts';
import type { TokenHash } from '../access/token.ts';
import type { DecodedNetwork, DecodedPolicy } from './decode.ts';
import type { Network, NetworkClass, Policy, PolicyPage } from './policy.ts';
import { gateRevision, opaqueWindowId } from './revision.ts';

/** `[startMs, endMs)` in epoch milliseconds; endMs is Infinity when there is no end. */
export interface ClosedTime {
  readonly startMs: number;
  readonly endMs: number;
}

/** A policy made ready for the request path. */
export interface CompiledWindow {
  /** See {@link opaqueWindowId}. */
  readonly id: string;
  readonly uid: string;
  /** `namespace/name` */
  readonly name: string;
  readonly revision: string;
  /** Sorted by start, not overlapping. */
  readonly occurrences: readonly ClosedTime[];
  readonly addresses: CidrSet;
  readonly tokens: readonly TokenHash[];
  readonly trustSharedAddress: boolean;
  readonly page: PolicyPage;
  readonly gates: Policy['gates'];
}

/** Everything that is to be known about one Ingress's gate. */
export interface CompiledGate {
  /** `namespace/ingress` */
  readonly gate: string;
  /** The windows that cover it, at least one, sorted by name. */
  readonly windows: readonly CompiledWindow[];
  /** Undefined when its class has no settings: then no address rule matches. */
  readonly settings: AddressSettings | undefined;
  readonly revision: string;
}

/** All loaded policies with the network settings; a new one replaces it whole. */
export interface PolicySet {
  readonly windows: readonly CompiledWindow[];
  /** By `namespace/ingress`. */
  readonly gates: ReadonlyMap<string, CompiledGate>;
  readonly cluster: CidrSet;
  /** Undefined while no network settings are loaded. */
  readonly networkRevision: string | undefined;
}

/** One policy made ready. It depends on nothing else, so it is done once per revision. */
export function compileWindow({ policy, revision }: DecodedPolicy): CompiledWindow {
  const { window, access } = policy;
  return {
    id: opaqueWindowId(window.uid),
    uid: window.uid,
    name: `${window.namespace}/${window.name}`,
    revision,
    occurrences: policy.occurrences.map(({ start, end }) => ({
      startMs: epochMs(start),
      endMs: epochMs(end),
    })),
    addresses: CidrSet.parse(access.addresses),
    tokens: access.tokens.map((token) => ({
      name: token.name,
      sha256: Buffer.from(token.sha256, 'hex'),
      notAfterMs: epochMs(token.notAfter),
    })),
    trustSharedAddress: access.trustSharedAddress,
    page: policy.page,
    gates: policy.gates,
  };
}

/**
 * The windows and the network settings joined, ready to be asked.
 * @param network undefined while none is loaded: then no gate's addresses are earned.
 */
export function createPolicySet(
  windows: readonly CompiledWindow[],
  network: DecodedNetwork | undefined,
): PolicySet {
  const settingsByClass = compileClasses(network?.network);
  const covering = new Map<string, { windows: CompiledWindow[]; classes: Set<string> }>();
  for (const window of windows.toSorted(byName)) {
    const namespace = window.name.slice(0, window.name.indexOf('/'));
    for (const { ingress, class: ingressClass } of window.gates) {
      const entry = covering.getOrInsertComputed(`${namespace}/${ingress}`, () => ({
        windows: [],
        classes: new Set(),
      }));
      entry.windows.push(window);
      entry.classes.add(ingressClass);
    }
  }
  const gates = new Map<string, CompiledGate>();
  for (const [gate, { windows, classes }] of covering) {
    // Policies that disagree about the class are on their way to agreeing; until then no address is earned.
    const [only = ''] = classes;
    const settings = classes.size === 1 ? settingsByClass.get(only) : undefined;
    gates.set(gate, {
      gate,
      windows,
      settings,
      revision: gateRevision(windows.map(({ revision }) => revision)),
    });
  }
  return {
    windows,
    gates,
    cluster: CidrSet.parse(network?.network.clusterCIDRs ?? []),
    networkRevision: network?.revision,
  };
}

function compileClasses(network: Network | undefined): Map<string, AddressSettings> {
  const entries = Object.entries(network?.classes ?? {});
  return new Map(entries.map(([name, settings]) => [name, compileClass(settings)]));
}

const compileClass = ({ addressHeader, trustedProxies }: NetworkClass): AddressSettings => ({
  addressHeader,
  trustedProxies: CidrSet.parse(trustedProxies),
});

const byName = (a: CompiledWindow, b: CompiledWindow): number =>
  a.name < b.name ? -1 : Number(a.name > b.name);

const epochMs = (instant: string | null): number =>
  instant === null ? Infinity : Temporal.Instant.from(instant).epochMilliseconds;
