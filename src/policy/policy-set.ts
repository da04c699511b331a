import type { AddressSettings } from '../access/client-address.ts';
import { CidrSet } from '../access/cidr-set.ts';
import { cookieName } from '../access/cookie.ts';
import { HostNames } from '../access/host.ts';
import { ClosedPaths, PassPaths } from '../access/paths.ts';
import type { TokenHash } from '../access/token.ts';
import type { DecodedNetwork, DecodedPolicy } from './decode.ts';
import type { Network, NetworkClass, Policy, PolicyOccurrence, PolicyOnly, PolicyPage } from './policy.ts';
import { gateRevision, opaqueWindowId } from './revision.ts';

/** `[startMs, endMs)` in epoch milliseconds. */
export interface ClosedTime {
  readonly startMs: number;
  /** What visitors are told; Infinity when there is no end, or it has passed and the site is held. */
  readonly endMs: number;
  /** When the site opens by itself; Infinity: it does not. */
  readonly opensMs: number;
}

/** A policy made ready for the request path. */
export interface CompiledWindow {
  /** See {@link opaqueWindowId}. */
  readonly id: string;
  readonly uid: string;
  /** `namespace/name` */
  readonly name: string;
  readonly revision: string;
  /** Sorted by start; of two that overlap, the first one counts. */
  readonly occurrences: readonly ClosedTime[];
  /** The part that closes; both have to match. Undefined: everything, resp. every host or path. */
  readonly only:
    | { readonly hosts: HostNames | undefined; readonly paths: ClosedPaths | undefined }
    | undefined;
  readonly addresses: CidrSet;
  readonly tokens: readonly TokenHash[];
  /** See {@link cookieName}. */
  readonly cookieName: string;
  readonly paths: PassPaths;
  /** In upper case. */
  readonly methods: ReadonlySet<string>;
  readonly trustSharedAddress: boolean;
  readonly page: PolicyPage;
  readonly gates: Policy['gates'];
}

/** What a gate's ingress class says about its requests. */
export interface GateSettings extends AddressSettings {
  /** Which parts of a visitor's request can be relied on; what can not is never read. */
  readonly sees: NetworkClass['sees'];
}

/** Everything that is to be known about one Ingress's gate. */
export interface CompiledGate {
  /** `namespace/ingress` */
  readonly gate: string;
  /** The windows that cover it, at least one, sorted by name. */
  readonly windows: readonly CompiledWindow[];
  /**
   * Its class's, but no host is seen without address rules. Undefined when its class has no settings: then no address
   * is earned and nothing of a request is seen.
   */
  readonly settings: GateSettings | undefined;
  /** False as soon as one policy says that no address may pass here: it is the controller that cannot be trusted. */
  readonly addressRules: boolean;
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
  const { window, access, only } = policy;
  return {
    id: opaqueWindowId(window.uid),
    uid: window.uid,
    name: `${window.namespace}/${window.name}`,
    revision,
    occurrences: policy.occurrences.flatMap(closedTimes),
    only: only === null ? undefined : compileOnly(only),
    addresses: CidrSet.parse(access.addresses),
    tokens: access.tokens.map((token) => ({
      name: token.name,
      sha256: Buffer.from(token.sha256, 'hex'),
      notAfterMs: epochMs(token.notAfter),
    })),
    cookieName: cookieName(window.uid),
    paths: new PassPaths(access.paths),
    methods: new Set(access.methods),
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
  const covering = new Map<string, Covering>();
  for (const window of windows.toSorted(byName)) {
    const namespace = window.name.slice(0, window.name.indexOf('/'));
    for (const { ingress, class: ingressClass, addressRules } of window.gates) {
      const entry = covering.getOrInsertComputed(`${namespace}/${ingress}`, () => ({
        windows: [],
        classes: new Set(),
        addressRules: true,
      }));
      entry.windows.push(window);
      entry.classes.add(ingressClass);
      entry.addressRules &&= addressRules;
    }
  }
  const gates = new Map<string, CompiledGate>();
  for (const [gate, { windows, classes, addressRules }] of covering) {
    // Policies that disagree about the class are on their way to agreeing; until then nothing is earned or seen.
    const [only = ''] = classes;
    const settings = classes.size === 1 ? settingsByClass.get(only) : undefined;
    gates.set(gate, {
      gate,
      windows,
      settings: addressRules ? settings : withoutHost(settings),
      addressRules,
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

/** A controller that lets clients choose their X-Forwarded-For lets them choose their X-Forwarded-Host too. */
const withoutHost = (settings: GateSettings | undefined): GateSettings | undefined =>
  settings && { ...settings, sees: { ...settings.sees, host: false } };

interface Covering {
  readonly windows: CompiledWindow[];
  readonly classes: Set<string>;
  addressRules: boolean;
}

/** One that is held is closed for two reasons, one after the other: its time, and nobody's word that it is over. */
function closedTimes({ start, end, hold }: PolicyOccurrence): readonly ClosedTime[] {
  const [startMs, endMs] = [epochMs(start), epochMs(end)];
  const opensMs = hold ? Infinity : endMs;
  const scheduled = { startMs, endMs, opensMs };
  return opensMs === endMs ? [scheduled] : [scheduled, { startMs, endMs: opensMs, opensMs }];
}

const compileOnly = ({ hosts, paths }: PolicyOnly): CompiledWindow['only'] => ({
  hosts: hosts === null ? undefined : new HostNames(hosts),
  paths: paths === null ? undefined : new ClosedPaths(paths),
});

function compileClasses(network: Network | undefined): Map<string, GateSettings> {
  const entries = Object.entries(network?.classes ?? {});
  return new Map(entries.map(([name, settings]) => [name, compileClass(settings)]));
}

const compileClass = ({ addressHeader, trustedProxies, sees }: NetworkClass): GateSettings => ({
  addressHeader,
  trustedProxies: CidrSet.parse(trustedProxies),
  sees,
});

const byName = (a: CompiledWindow, b: CompiledWindow): number =>
  a.name < b.name ? -1 : Number(a.name > b.name);

const epochMs = (instant: string | null): number =>
  instant === null ? Infinity : Temporal.Instant.from(instant).epochMilliseconds;
