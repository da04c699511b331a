import { parseKeys } from '../../access/keys.ts';
import { dataKeys, labels, names, roles } from '../../api/names.ts';
import type { ClassSettings } from '../../gates/driver.ts';
import { drivers } from '../../gates/drivers.ts';
import type { Node } from '../../kube/kinds.ts';
import { canonicalCidrs } from '../../policy/compile.ts';
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
  /** The text of `keys.json`; undefined: there is none. */
  readonly keys: string | undefined;
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
}

export type FleetOperation =
  | { readonly kind: 'CreateKeys' }
  | {
      readonly kind: 'ApplyConfig';
      readonly name: string;
      readonly role: string;
      readonly data: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'ApplyTemplate'; readonly object: TemplateObject };

/** Keys that can not be read are replaced: nothing signed with them can be verified any more. */
function hasKeys(text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    parseKeys(text);
    return true;
  } catch {
    return false;
  }
}

function nodeCidrs(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ spec, status }) => [
    ...(spec?.podCIDRs ?? []),
    ...(status?.addresses ?? []).filter(({ type }) => type.endsWith('IP')).map(({ address }) => address),
  ]);
}

/** How the responders are to read clients' addresses (design §6 rules 1 to 3). */
export function desiredNetwork({ nodes }: Pick<FleetObserved, 'nodes'>, settings: FleetSettings): Encoded {
  const classes: Record<string, NetworkClass> = {};
  for (const { name, driver, trustedProxies } of settings.classes) {
    classes[name] = {
      addressHeader: drivers[driver].addressHeader,
      trustedProxies: canonicalCidrs(trustedProxies),
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
  const operations: FleetOperation[] = [];
  if (!hasKeys(observed.keys)) operations.push({ kind: 'CreateKeys' });
  const network = desiredNetwork(observed, settings);
  if (observed.network !== network.json) {
    operations.push({
      kind: 'ApplyConfig',
      name: names.network,
      role: roles.network,
      data: { [dataKeys.network]: network.json },
    });
  }
  const standing = observed.service?.spec.clusterIP;
  if (standing !== undefined && standing !== observed.state.clusterIP) {
    operations.push({
      kind: 'ApplyConfig',
      name: names.state,
      role: roles.state,
      data: { clusterIP: standing },
    });
  }
  // An address can not be changed in place: the one that stands wins until somebody deletes the Service.
  const address = standing ?? settings.clusterIP ?? observed.state.clusterIP;
  const { deployment, service, disruptionBudget } = settings.template;
  const wanted = [
    { object: withAddress(service, address), live: observed.service },
    { object: disruptionBudget, live: observed.disruptionBudget },
    { object: deployment, live: observed.deployment },
  ];
  for (const { object, live } of wanted) {
    if (!contains(live, object)) operations.push({ kind: 'ApplyTemplate', object });
  }
  return operations;
}

/** The labels of a ConfigMap of ours in the install's namespace. */
export const configLabels = (namespace: string, role: string): Readonly<Record<string, string>> => ({
  [labels.install]: namespace,
  [labels.role]: role,
});
