import type { Pod } from './pod-types.ts';

/** Which Pods are held down: all of a namespace, or those with this name or these labels. */
export interface HoldTarget {
  readonly namespace: string;
  readonly pod?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Pods that are kept from running, also ones that do not exist yet. */
export class Holds {
  readonly #targets = new Map<string, HoldTarget>();
  readonly #waiting = new Set<() => void>();
  #last = 0;

  /** Returns the hold's id. The caller ends what already runs. */
  add(target: HoldTarget): string {
    this.#last += 1;
    const id = `hold-${this.#last}`;
    this.#targets.set(id, target);
    return id;
  }

  /** False when there is no such hold. */
  remove(id: string): boolean {
    const known = this.#targets.delete(id);
    for (const wake of this.#waiting) wake();
    return known;
  }

  holds(pod: Pod): boolean {
    return this.#targets.values().some((target) => matches(target, pod));
  }

  /** Resolves when no hold matches the Pod, or the signal fires. */
  async released(pod: Pod, signal: AbortSignal): Promise<void> {
    while (this.holds(pod) && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      this.#waiting.delete(resolve);
    }
  }
}

export function matches({ namespace, pod: name, labels }: HoldTarget, pod: Pod): boolean {
  return (
    pod.metadata.namespace === namespace &&
    (name === undefined || pod.metadata.name === name) &&
    Object.entries(labels ?? {}).every(([name, value]) => pod.metadata.labels?.[name] === value)
  );
}
