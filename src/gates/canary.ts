import type { Ingress, IngressClass } from '../api/ingress.ts';
import type { ClassSettings } from './driver.ts';
import { classNameOf } from './drivers.ts';
import { nginxPrefix } from './nginx-settings.ts';

/** Which ingress classes there are, and which driver serves each. */
export interface Classes {
  readonly classes: readonly IngressClass[];
  readonly served: ReadonlyMap<string, ClassSettings>;
}

/** The drivers whose controllers read the annotation; for the others such an Ingress is one like any other. */
const readers: ReadonlySet<string | undefined> = new Set(['ingress-nginx', 'traefik-nginx']);

/**
 * Is this the Ingress of a canary, as Argo Rollouts and Flagger make them? Its controller serves it by the location of the main
 * Ingress for the same host and path, and so by the gate of that one; without one it does not serve it at all.
 */
export function isCanary(ingress: Ingress, { classes, served }: Classes): boolean {
  if (ingress.metadata.annotations?.[`${nginxPrefix}canary`]?.toLowerCase() !== 'true') return false;
  const className = classNameOf(ingress, classes);
  return className !== undefined && readers.has(served.get(className)?.driver);
}
