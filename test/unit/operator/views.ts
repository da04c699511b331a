import { servedClasses } from '../../../src/gates/drivers.ts';
import type { decide } from '../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../src/operator/decide/observed.ts';
import { traefikClass } from '../builders/ingress.ts';

const classesOf = (trustedProxies: readonly string[]): Observed['classes'] => {
  const classes = [traefikClass];
  const settings = [{ name: 'traefik', driver: 'traefik', service: undefined, trustedProxies } as const];
  return { classes, served: servedClasses({ settings, classes }), configs: new Map() };
};
export const noNames: ReadonlySet<string> = new Set();

/** A plan as text: equal plans give equal texts, also of their instants. */
export const textOf = ({ facts, ...plan }: ReturnType<typeof decide>): string =>
  JSON.stringify({ ...plan, facts: [...facts] });

/** Traefik as visitors reach it. */
export const inTheOpen = classesOf([]);
/** Traefik behind proxies that Backsoon is told of. */
export const behindProxies = classesOf(['192.0.2.0/28']);

/** The same in objects that nothing was remembered of: what is remembered must not change what is decided. */
export function unseen(observed: Observed): Observed {
  const { windows, ingresses, objects, policies, classes, externalNames } = observed;
  return {
    ...observed,
    ...structuredClone({ windows, ingresses, objects, policies, classes, externalNames }),
  };
}
