import { gatePaths } from '../api/names.ts';

/** How a gate is to be answered: its controllers differ in what they relay (design §5). */
export type Flavour = keyof typeof gatePaths;

/** Which gate is asked about, and how it has to be answered. */
export interface GatePlace {
  readonly flavour: Flavour;
  /** `namespace/ingress` */
  readonly gate: string;
}

const syntax = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * What a gate's URL `/gate/<flavour>/<namespace>/<ingress>` says, exactly so: no query, no escapes, no slash at the end.
 * Undefined for any other target.
 */
export function placeOfTarget(target: string): GatePlace | undefined {
  if (target.startsWith(gatePaths.forward)) return placeIn(target, 'forward');
  return target.startsWith(gatePaths.nginx) ? placeIn(target, 'nginx') : undefined;
}

function placeIn(target: string, flavour: Flavour): GatePlace | undefined {
  const gate = asGate(target.slice(gatePaths[flavour].length));
  return gate === undefined ? undefined : { flavour, gate };
}

/** `namespace/ingress`, when these two may be names; undefined otherwise. */
export const asGate = (text: string): string | undefined => (syntax.test(text) ? text : undefined);
