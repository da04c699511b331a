import type { Ingress, IngressClass } from '../api/ingress.ts';
import type { ClassSettings } from './driver.ts';
import { classNameOf, drivers } from './drivers.ts';
import { hostsOf } from './hosts.ts';
import { nginxPrefix } from './nginx-settings.ts';

/** Which ingress classes there are, and which driver serves each. */
export interface Classes {
  readonly classes: readonly IngressClass[];
  readonly served: ReadonlyMap<string, ClassSettings>;
}

/**
 * Is this the Ingress of a canary, as Argo Rollouts and Flagger make them? Its controller serves it by the location of the main
 * Ingress for the same host and path, and so by the gate of that one; without one it does not serve it at all.
 */
export function isCanary(ingress: Ingress, { classes, served }: Classes): boolean {
  if (ingress.metadata.annotations?.[`${nginxPrefix}canary`]?.toLowerCase() !== 'true') return false;
  const className = classNameOf(ingress, classes);
  const settings = className === undefined ? undefined : served.get(className);
  return settings !== undefined && drivers[settings.driver].readsCanaries;
}

const none: ReadonlyMap<string | undefined, string> = new Map();

const known = new WeakMap<
  readonly Ingress[],
  { readonly classes: Classes; readonly canaries: ReadonlyMap<string | undefined, string> }
>();

/** The hosts for which these Ingresses have a canary, and the name of its Ingress. The same while nothing changes. */
export function canariesOf(
  ingresses: readonly Ingress[],
  classes: Classes,
): ReadonlyMap<string | undefined, string> {
  const before = known.get(ingresses);
  if (before?.classes === classes) return before.canaries;
  const found = ingresses
    .filter((ingress) => isCanary(ingress, classes))
    .flatMap((canary) => hostsOf(canary).map((host) => [host, canary.metadata.name] as const));
  const canaries = found.length === 0 ? none : new Map(found);
  known.set(ingresses, { classes, canaries });
  return canaries;
}
