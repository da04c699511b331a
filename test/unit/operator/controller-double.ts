import { expect } from 'chai';
import type { Ingress } from '../../../src/api/ingress.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import type { ObservedObject, ResponderView } from '../../../src/operator/decide/observed.ts';
import { planInput } from '../builders/observed.ts';

/** An ingress controller in memory: it knows of Ingresses what it last read. */
export class ControllerDouble {
  /** Does it hear of Ingresses that change? */
  isNoticing = true;
  /** Does it answer probes? */
  isAnswering = true;
  #wasSilent = false;
  /** By the name of an Ingress: what its routes refer to. */
  readonly #noticed = new Map<string, readonly string[]>();

  /** It reads the Ingresses, unless it is busy. */
  notice(ingresses: Iterable<Ingress>): void {
    if (!this.isNoticing) return;
    this.#noticed.clear();
    for (const ingress of ingresses) {
      const { references } = traefik.read(ingress);
      if (references.length > 0) this.#noticed.set(ingress.metadata.name, references);
    }
  }

  /** Does a probe get an answer, if responders answer? */
  isReached(health: ResponderView['health']): boolean {
    const isReached = (health === 'serving' || health === 'recovering') && this.isAnswering;
    this.#wasSilent ||= !isReached;
    return isReached;
  }

  /** Do this Ingress's routes still ask the gate? */
  asks({ metadata }: Ingress): boolean {
    return this.#noticed.has(metadata.name);
  }

  /** While it answers, a gate's own object goes only when it was seen to go without it. */
  expectUnused(
    { name, namespace, ownerReferences = [] }: ObservedObject['metadata'],
    ingresses: Iterable<Ingress>,
  ): void {
    const owner = [...ingresses].find(({ metadata }) =>
      ownerReferences.some(({ uid }) => uid === metadata.uid),
    );
    if (owner === undefined || this.#wasSilent) return;
    const plan = traefik.plan(planInput(owner));
    // Whose gate can not be planned can not be asked either.
    if ('refusal' in plan || owner.spec.ingressClassName === undefined) return;
    const used = this.#noticed.get(owner.metadata.name) ?? [];
    expect(used, `what the controller still uses when ${name} goes`).not.to.include(
      traefik.reference({ kind: 'Middleware', name, namespace }),
    );
  }
}
