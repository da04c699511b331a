import type { MaintenanceWindowSpec } from '../api/generated/maintenance-window.ts';
import type { GateKey, Ingress } from '../api/ingress.ts';
import { dataKeys, labels, names, ports, roles } from '../api/names.ts';
import type { ResponderAddress } from '../gates/driver.ts';
import type { ConfigMap } from '../kube/kinds.ts';
import { decodePolicy } from '../policy/decode.ts';
import { revisionOf } from '../policy/revision.ts';
import type { OperatorConfig } from './config.ts';
import { readAll } from './decide/gates.ts';
import type {
  Observed,
  Proof,
  ResponderView,
  Revert,
  StoredPolicy,
  WriteFailures,
} from './decide/observed.ts';
import type { Templates } from './decide/templates.ts';
import { classesOf } from './classes.ts';
import { gateObjectKinds, isOursOf, objectsOf } from './gate-objects.ts';
import type { World } from './world.ts';

/** What the operator remembers beside the stores: it is lost with the process, and nothing depends on it for long. */
export interface Memory {
  readonly proofs: ReadonlyMap<GateKey, Proof>;
  readonly failures: WriteFailures;
  readonly reverts: ReadonlyMap<GateKey, Revert>;
  readonly rehearsed: Observed['rehearsed'];
  readonly since: ReadonlyMap<string, Temporal.Instant>;
  readonly responder: ResponderView;
}

export interface ObserveInput {
  readonly world: World;
  readonly config: OperatorConfig;
  readonly installNamespace: string;
  readonly memory: Memory;
  readonly now: Temporal.Instant;
}

function acceptedSpecOf(text: string | undefined): MaintenanceWindowSpec | undefined {
  if (text === undefined) return undefined;
  try {
    const spec: unknown = JSON.parse(text);
    if (typeof spec !== 'object' || spec === null || !('targets' in spec)) return undefined;
    // It was accepted by the API server when it was written, by this operator, in its own namespace.
    return spec as MaintenanceWindowSpec;
  } catch {
    return undefined;
  }
}

function decoded(json: string): Pick<StoredPolicy, 'gates' | 'occurrences' | 'template'> {
  try {
    const { gates, occurrences, page } = decodePolicy(json).policy;
    return { gates, occurrences, template: page.template };
  } catch {
    return { gates: [], occurrences: [], template: null };
  }
}

/** Policies as they were last read: each round of asking the responders looks at all of them. */
const read = new WeakMap<ConfigMap, StoredPolicy>();

/** A policy ConfigMap by its content; one that holds no policy has a revision that nothing asks for. */
export function storedPolicy(configMap: ConfigMap): StoredPolicy | undefined {
  const { metadata, data } = configMap;
  if (metadata.labels?.[labels.role] !== roles.policy) return undefined;
  const prefix = names.policy('');
  if (!metadata.name.startsWith(prefix)) return undefined;
  const known = read.get(configMap);
  if (known !== undefined) return known;
  const json = data?.[dataKeys.policy] ?? '';
  const stored = {
    windowUid: metadata.name.slice(prefix.length),
    revision: revisionOf(json),
    ...decoded(json),
    acceptedSpec: acceptedSpecOf(data?.[dataKeys.acceptedSpec]),
  };
  read.set(configMap, stored);
  return stored;
}

/** Where gates reach the responder, once its Service stands. */
export function responderAddress(world: World, installNamespace: string): ResponderAddress | undefined {
  const clusterIP = world.services.find({ namespace: installNamespace, name: names.responder })?.spec
    .clusterIP;
  return clusterIP === undefined || clusterIP === '' ? undefined : { clusterIP, port: ports.gate };
}

/** A frozen view of one namespace, from the stores alone. */
export function observe(namespace: string, input: ObserveInput): Observed {
  const { world, config, installNamespace, memory, now } = input;
  return {
    now,
    namespace,
    install: installNamespace,
    windows: world.windows.byIndex('namespace', namespace),
    ingresses: world.ingresses.byIndex('namespace', namespace),
    ...objectsOf(namespace, world, installNamespace),
    policies: world.configMaps
      .byIndex('windowNamespace', namespace)
      .flatMap((configMap) => storedPolicy(configMap) ?? []),
    templates: templatesOf(namespace, world),
    classes: classesOf(world, config),
    responder: memory.responder,
    proofs: memory.proofs,
    failures: memory.failures,
    reverts: memory.reverts,
    rehearsed: memory.rehearsed,
    since: memory.since,
    settings: { settleSeconds: config.settleSeconds, leadSeconds: config.leadSeconds },
  };
}

function templatesOf(namespace: string, { templates }: World): Templates {
  if (templates === undefined) return undefined;
  return new Map(
    templates
      .byIndex('namespace', namespace)
      .map(({ metadata, data, binaryData }) => [
        metadata.name,
        { texts: data ?? noTexts, binaryKeys: Object.keys(binaryData ?? {}) },
      ]),
  );
}

const noTexts = {};

const carriesOurs = (ingress: Ingress): boolean => {
  const { stands, preWired } = readAll(ingress);
  return stands || preWired;
};

/** All namespaces in which there is or was something to do. */
export function activeNamespaces(world: World, installNamespace: string): ReadonlySet<string> {
  const isOurs = isOursOf(installNamespace);
  const policies = world.configMaps
    .list()
    .flatMap(({ metadata }) => metadata.labels?.[labels.windowNamespace] ?? []);
  return new Set([
    ...policies,
    ...[
      ...world.windows.list(),
      ...gateObjectKinds.flatMap((kind) => world.gateObjects[kind].list()).filter(isOurs),
      ...world.ingresses.list().filter(carriesOurs),
    ].map(({ metadata }) => metadata.namespace),
  ]);
}
