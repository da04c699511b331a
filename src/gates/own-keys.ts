import { annotations as ourAnnotations, preWired } from '../api/names.ts';
import type { Ingress } from '../api/ingress.ts';
import type { GateObject, GatePlan, GateState, GateWarning, Refusal } from './driver.ts';
import { isAnyGateUrl } from './driver.ts';

/** A gate made of annotations that hold one value each, so that only one party can have them. */
export interface OwnKeys {
  readonly ingress: Ingress;
  /** Key → value; the first one is the URL that the controller asks. */
  readonly keys: Readonly<Record<string, string>>;
  readonly objects: readonly GateObject[];
  readonly warnings: readonly GateWarning[];
}

const valueOf = ({ metadata }: Ingress, key: string): string | undefined => metadata.annotations?.[key];

const isPreWired = (ingress: Ingress): boolean => valueOf(ingress, ourAnnotations.gate) === preWired;

const lines = (keys: Readonly<Record<string, string>>): string =>
  Object.entries(keys)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');

/** What of our keys is missing or has another value, by key. */
const otherwise = ({ ingress, keys }: Pick<OwnKeys, 'ingress' | 'keys'>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(keys).filter(([key, value]) => valueOf(ingress, key) !== value));

function wiredPlan(gate: OwnKeys): GatePlan | { readonly refusal: Refusal } {
  const missing = otherwise(gate);
  const { ingress, keys, objects, warnings } = gate;
  if (Object.keys(missing).length === 0) return { annotations: keys, objects, warnings, preWired: true };
  const { namespace, name } = ingress.metadata;
  return {
    refusal: {
      reason: 'Conflict',
      message:
        `Ingress ${namespace}/${name} is marked ${ourAnnotations.gate}: ${preWired}, but not all of its gate is there. ` +
        `Commit ${lines(missing)}. The value of the chart's responder.clusterIP has to be set, so that the address stays.`,
    },
  };
}

/** Of our keys, the first that somebody else set to another value. */
function taken({ ingress, keys }: OwnKeys): string | undefined {
  const [urlKey = ''] = Object.keys(keys);
  // A gate of another Ingress, in a manifest that was copied, or of the driver before: its values are nobody's wish.
  if (isAnyGateUrl(valueOf(ingress, urlKey) ?? '')) return undefined;
  return Object.keys(keys).find((key) => {
    const value = valueOf(ingress, key);
    return value !== undefined && value !== keys[key];
  });
}

/** The gate of one Ingress, or why it can not be: somebody else's value is never written over (design D5). */
export function planOwnKeys(gate: OwnKeys): GatePlan | { readonly refusal: Refusal } {
  const { ingress, keys, objects, warnings } = gate;
  if (isPreWired(ingress)) return wiredPlan(gate);
  const key = taken(gate);
  if (key === undefined) return { annotations: keys, objects, warnings, preWired: false };
  const { namespace, name } = ingress.metadata;
  return {
    refusal: {
      reason: 'Conflict',
      message:
        `Ingress ${namespace}/${name} already has the annotation ${key}, which Backsoon does not overwrite. To let it be gated, ` +
        `remove it, or commit where it is kept: ${ourAnnotations.gate}: ${preWired}, ${lines(keys)}`,
    },
  };
}

/** What an Ingress carries of such a gate: its keys are ours while the URL is. */
export function readOwnKeys({
  ingress,
  keys,
  isOurUrl,
  references,
}: Pick<OwnKeys, 'ingress'> & {
  /** Is the value of the first key a URL of this driver's gates, whichever install's and Ingress's? */
  readonly isOurUrl: (value: string) => boolean;
  /** All keys that a gate may have; the first one is the URL's. */
  readonly keys: readonly string[];
  /** Our objects that a standing gate refers to. */
  readonly references: readonly string[];
}): GateState {
  const [urlKey = ''] = keys;
  const stands = isOurUrl(valueOf(ingress, urlKey) ?? '');
  const present = keys.flatMap((key) => {
    const value = valueOf(ingress, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    annotations: stands ? Object.fromEntries(present) : {},
    references: stands ? references : [],
    stands,
    preWired: isPreWired(ingress),
  };
}
