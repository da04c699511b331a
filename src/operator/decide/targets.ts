import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { Ingress } from '../../api/ingress.ts';
import type { Classes } from '../../gates/canary.ts';
import { isCanary } from '../../gates/canary.ts';
import { hostsOf, namesHost, servesOneOf } from '../../gates/hosts.ts';

/** Which Ingresses of its namespace a window covers. */
export interface Targets {
  readonly ingresses: readonly Ingress[];
  /** Names that the window asks for and that do not exist. */
  readonly missing: readonly string[];
  /** How many are asked for that serve none of `spec.only.hosts`: nothing of them closes. */
  readonly elsewhere: number;
  /** Canary Ingresses that are asked for without their main ones: they have no gate of their own. */
  readonly strayCanaries: readonly StrayCanary[];
  /** The hosts that other Ingresses of the namespace serve beside those that are covered. */
  readonly shared: readonly SharedHost[];
}

export interface StrayCanary {
  readonly name: string;
  /** The Ingress that it is a canary of, if there is one. */
  readonly main: string | undefined;
}

/** A host that is covered, and served by an Ingress that is not. */
export interface SharedHost {
  readonly ingress: string;
  /** undefined: every host that no rule names. */
  readonly host: string | undefined;
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

/** What a window's targets are looked for in. */
interface Candidates {
  readonly ingresses: readonly Ingress[];
  readonly classes: Classes;
}

/** What each spec covers of a list of Ingresses: most looks at a namespace find both, and the classes, as they were. */
const known = new WeakMap<
  readonly Ingress[],
  WeakMap<MaintenanceWindowSpec, { readonly classes: Classes; readonly targets: Targets }>
>();

/** The union of a window's targets, sorted by name. An Ingress on its way out is served, and so covered, until it is gone. */
export function targetsOf(spec: MaintenanceWindowSpec, { ingresses, classes }: Candidates): Targets {
  const ofList = known.getOrInsertComputed(ingresses, () => new WeakMap());
  const before = ofList.get(spec);
  if (before?.classes === classes) return before.targets;
  const targets = select(spec, { ingresses, classes });
  ofList.set(spec, { classes, targets });
  return targets;
}

const byName = (a: Ingress, b: Ingress): number => (a.metadata.name < b.metadata.name ? -1 : 1);

/** Which Ingresses the targets ask for. */
function askedFor({ targets }: MaintenanceWindowSpec): {
  readonly named: ReadonlySet<string>;
  readonly isAsked: (ingress: Ingress) => boolean;
} {
  const named = new Set<string>();
  const selectors: Selector[] = [];
  for (const { ingress } of targets) {
    if (ingress?.name !== undefined) named.add(ingress.name);
    if (ingress?.selector !== undefined) selectors.push(ingress.selector);
  }
  const isAsked = ({ metadata }: Ingress): boolean =>
    named.has(metadata.name) || selectors.some((selector) => selects(selector, metadata.labels));
  return { named, isAsked };
}

function select(spec: MaintenanceWindowSpec, { ingresses, classes }: Candidates): Targets {
  const candidates = ingresses
    .filter(({ metadata }) => metadata.labels?.[solverLabel] !== 'true')
    .toSorted(byName);
  const canaries = candidates.filter((ingress) => isCanary(ingress, classes));
  const mains = canaries.length === 0 ? candidates : candidates.filter((each) => !canaries.includes(each));
  const { named, isAsked } = askedFor(spec);
  const covered = mains.filter(isAsked);
  const hosts = spec.only?.hosts;
  const served = hosts === undefined ? covered : covered.filter((ingress) => servesOneOf(hosts, ingress));
  const present = new Set([...covered, ...canaries].map(({ metadata }) => metadata.name));
  return {
    ingresses: served,
    missing: [...named].filter((name) => !present.has(name)).toSorted(),
    elsewhere: covered.length - served.length,
    strayCanaries: strays(canaries.filter(isAsked), mains, new Set(covered)),
    shared: sharedHosts(served, mains, new Set(covered)).filter(
      ({ host }) => hosts === undefined || host === undefined || namesHost(hosts, host),
    ),
  };
}

const strays = (
  canaries: readonly Ingress[],
  mains: readonly Ingress[],
  covered: ReadonlySet<Ingress>,
): readonly StrayCanary[] =>
  canaries.flatMap((canary) => {
    const hosts = new Set(hostsOf(canary));
    const ofSame = mains.filter((main) => hostsOf(main).some((host) => hosts.has(host)));
    if (ofSame.some((main) => covered.has(main))) return [];
    return [{ name: canary.metadata.name, main: ofSame[0]?.metadata.name }];
  });

function sharedHosts(
  served: readonly Ingress[],
  all: readonly Ingress[],
  covered: ReadonlySet<Ingress>,
): readonly SharedHost[] {
  const hosts = new Set(served.flatMap(hostsOf));
  return all
    .filter((ingress) => !covered.has(ingress))
    .flatMap((ingress) => {
      const common = [...new Set(hostsOf(ingress))].filter((host) => hosts.has(host));
      return common.map((host) => ({ ingress: ingress.metadata.name, host }));
    });
}
