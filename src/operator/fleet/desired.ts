import { dataKeys, labels, names, roles } from '../../api/names.ts';
import type { ClassSettings, ControllerConfig } from '../../gates/driver.ts';
import { configOf, drivers } from '../../gates/drivers.ts';
import type { Node } from '../../kube/kinds.ts';
import { canonicalCidrs } from '../../access/canonical-cidrs.ts';
import type { Encoded } from '../../policy/encode.ts';
import { encodeNetwork } from '../../policy/encode.ts';
import type { NetworkClass } from '../../policy/policy.ts';
import { policySchema } from '../../policy/policy.ts';
import { contains } from '../decide/contains.ts';
import type { ResponderTemplate, TemplateObject } from './template.ts';

/** What stands of the responder in the install's namespace; undefined: nothing does. */
export interface FleetObserved {
  readonly namespace: string;
  readonly deployment: object | undefined;
  readonly service: { readonly spec: { readonly clusterIP?: string } } | undefined;
  readonly disruptionBudget: object | undefined;
  readonly state: { readonly clusterIP: string | undefined };
  readonly network: string | undefined;
  readonly nodes: readonly Node[];
}

export interface FleetSettings {
  readonly template: ResponderTemplate;
  /** The chart's choice of address; undefined: the one that was kept, or the API server's. */
  readonly clusterIP: string | undefined;
  readonly clusterCIDRs: readonly string[];
  readonly classes: Iterable<ClassSettings>;
  /** The controllers' own ConfigMaps, by `namespace/name`. */
  readonly configs: ReadonlyMap<string, NonNullable<ControllerConfig>>;
}

export type FleetOperation =
  | {
      readonly kind: 'ApplyConfig';
      readonly name: string;
      readonly role: string;
      readonly data: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'ApplyTemplate';
      readonly object: TemplateObject;
      /** What to apply when the API server finds the object invalid: an address on record may belong to another now. */
      readonly otherwise?: TemplateObject;
    };

function nodeCidrs(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ spec, status }) => [
    ...(spec?.podCIDRs ?? []),
    ...(status?.addresses ?? []).filter(({ type }) => type.endsWith('IP')).map(({ address }) => address),
  ]);
}

/** How the responders are to read clients' addresses (design §6 rules 1 to 3). */
export function desiredNetwork({ nodes }: Pick<FleetObserved, 'nodes'>, settings: FleetSettings): Encoded {
  const classes: Record<string, NetworkClass> = {};
  for (const each of settings.classes) {
    const driver = drivers[each.driver];
    const { host, path, method } = driver.sees(each, configOf(each, settings.configs));
    classes[each.name] = {
      addressHeader: driver.addressHeader,
      trustedProxies: canonicalCidrs(each.trustedProxies),
      sees: { host, path, method },
    };
  }
  const clusterCIDRs = canonicalCidrs([...settings.clusterCIDRs, ...nodeCidrs(nodes)]);
  return encodeNetwork({ schema: policySchema, clusterCIDRs, classes });
}

/** The Service with the address that gates name: the chart's, the one on record, or whatever the API server gives. */
function withAddress(service: TemplateObject, clusterIP: string | undefined): TemplateObject {
  return clusterIP === undefined ? service : { ...service, spec: { ...service.spec, clusterIP } };
}

/** What to write so that the responder stands as the chart wants it; an empty list when it does. */
export function fleetOperations(observed: FleetObserved, settings: FleetSettings): readonly FleetOperation[] {
  const { deployment, disruptionBudget } = settings.template;
  return [
    ...configOperations(observed, settings),
    ...serviceOperations(observed, settings),
    ...templateOperations(disruptionBudget, observed.disruptionBudget),
    ...templateOperations(deployment, observed.deployment),
  ];
}

function configOperations(observed: FleetObserved, settings: FleetSettings): FleetOperation[] {
  const operations: FleetOperation[] = [];
  const network = desiredNetwork(observed, settings);
  if (observed.network !== network.json) {
    const data = { [dataKeys.network]: network.json };
    operations.push({ kind: 'ApplyConfig', name: names.network, role: roles.network, data });
  }
  const standing = observed.service?.spec.clusterIP;
  if (standing !== undefined && standing !== observed.state.clusterIP) {
    const data = { clusterIP: standing };
    operations.push({ kind: 'ApplyConfig', name: names.state, role: roles.state, data });
  }
  return operations;
}

function serviceOperations(
  { service: live, state }: FleetObserved,
  settings: FleetSettings,
): FleetOperation[] {
  const { service } = settings.template;
  // An address can not be changed in place: the one that stands wins until somebody deletes the Service.
  const address = live?.spec.clusterIP ?? settings.clusterIP ?? state.clusterIP;
  const isRecorded = live === undefined && settings.clusterIP === undefined && address !== undefined;
  return templateOperations(withAddress(service, address), live, isRecorded ? service : undefined);
}

function templateOperations(
  object: TemplateObject,
  live: object | undefined,
  otherwise?: TemplateObject,
): FleetOperation[] {
  if (contains(live, object)) return [];
  return [{ kind: 'ApplyTemplate', object, ...(otherwise === undefined ? {} : { otherwise }) }];
}

/** The labels of a ConfigMap of ours in the install's namespace. */
export const configLabels = (namespace: string, role: string): Readonly<Record<string, string>> => ({
  [labels.install]: namespace,
  [labels.role]: role,
});
