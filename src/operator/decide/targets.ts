import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { Ingress } from '../../api/ingress.ts';
import { servesOneOf } from '../../gates/hosts.ts';

/** Which Ingresses of its namespace a window covers. */
export interface Targets {
  readonly ingresses: readonly Ingress[];
  /** Names that the window asks for and that do not exist. */
  readonly missing: readonly string[];
  /** How many are asked for that serve none of `spec.only.hosts`: nothing of them closes. */
  readonly elsewhere: number;
}

type Selector = NonNullable<NonNullable<MaintenanceWindowSpec['targets'][number]['ingress']>['selector']>;
type Requirement = NonNullable<Selector['matchExpressions']>[number];

/** cert-manager's solver Ingresses live for the seconds of a challenge and must stay reachable (design §4). */
const solverLabel = 'acme.cert-manager.io/http01-solver';

function meets(
  labels: Readonly<Record<string, string>>,
  { key, operator, values = [] }: Requirement,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Kubernetes' label selector: every part has to match, and an empty one matches everything. */
export function selects(selector: Selector, labels: Readonly<Record<string, string>> = {}): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement))
  );
}

/** What each spec covers of a list of Ingresses: most looks at a namespace find both as they were. */
const known = new WeakMap<readonly Ingress[], WeakMap<MaintenanceWindowSpec, Targets>>();

/** The union of a window's targets, sorted by name. An Ingress on its way out is served, and so covered, until it is gone. */
export const targetsOf = (spec: MaintenanceWindowSpec, ingresses: readonly Ingress[]): Targets =>
  known
    .getOrInsertComputed(ingresses, () => new WeakMap())
    .getOrInsertComputed(spec, () => select(spec, ingresses));

function select(spec: MaintenanceWindowSpec, ingresses: readonly Ingress[]): Targets {
  const candidates = ingresses.filter(({ metadata }) => metadata.labels?.[solverLabel] !== 'true');
  const named = new Set<string>();
  const selectors: Selector[] = [];
  for (const { ingress } of spec.targets) {
    if (ingress?.name !== undefined) named.add(ingress.name);
    if (ingress?.selector !== undefined) selectors.push(ingress.selector);
  }
  const covered = candidates.filter(
    ({ metadata }) =>
      named.has(metadata.name) || selectors.some((selector) => selects(selector, metadata.labels)),
  );
  const hosts = spec.only?.hosts;
  const served = hosts === undefined ? covered : covered.filter((ingress) => servesOneOf(hosts, ingress));
  const present = new Set(covered.map(({ metadata }) => metadata.name));
  return {
    ingresses: served.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    missing: [...named].filter((name) => !present.has(name)).toSorted(),
    elsewhere: covered.length - served.length,
  };
}
