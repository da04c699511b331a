import { isBefore } from '../../schedule/occurrence.ts';
import type { Gate } from './gates.ts';
import type { Observed, ObservedObject } from './observed.ts';

/*
 * Facts are what has to hold for a while before it counts. Deciding names those that hold now; whoever asks again tells
 * since when each of them has held (`Observed.since`).
 */

/** The object stands: in a while every controller that watches has seen it. */
export const objectFact = ({ kind, metadata }: ObservedObject): string =>
  `object:${kind}/${metadata.name}/${metadata.uid}`;

/** No gate needs the object and no Ingress names it: in a while no controller uses it. */
export const idleFact = ({ kind, metadata }: ObservedObject): string =>
  `idle:${kind}/${metadata.name}/${metadata.uid}`;

/** Some responder has not loaded what this gate needs: in a while it will not. */
export const unloadedFact = ({ key }: Gate): string => `unloaded:${key}`;

/** When a fact has held for the settling time; one that is new begins now. */
export const heldAt = (fact: string, observed: Observed): Temporal.Instant =>
  (observed.since.get(fact) ?? observed.now).add({ seconds: observed.settings.settleSeconds });

export const hasHeld = (fact: string, observed: Observed): boolean =>
  !isBefore(observed.now, heldAt(fact, observed));

/** Since when the facts of a plan hold: those that held before since then, new ones from now on, and others no more. */
export const remember = <T>(
  since: ReadonlyMap<string, T>,
  facts: ReadonlySet<string>,
  now: T,
): ReadonlyMap<string, T> => new Map([...facts].map((fact) => [fact, since.get(fact) ?? now]));
