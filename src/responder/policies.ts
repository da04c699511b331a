import type { ConfigMap } from '../kube/kinds.ts';
import { dataKeys, labels, names, roles } from '../api/names.ts';
import { decodeNetwork, type DecodedNetwork, decodePolicy, PolicyError } from '../policy/decode.ts';
import { type CompiledWindow, compileWindow, createPolicySet, type PolicySet } from '../policy/policy-set.ts';

export interface PoliciesOptions {
  /** A new set is in force. */
  readonly onChange: (set: PolicySet) => void;
  /** A ConfigMap cannot be obeyed; what it said last, if anything, stays in force. */
  readonly onBad: (configMap: string, error: PolicyError) => void;
}

/** The label selector of the ConfigMaps that a responder watches. */
export const policySelector = `${labels.role} in (${roles.policy},${roles.network})`;

/**
 * The policies in force, from the ConfigMaps as they come and go. Nothing is in force before the first
 * {@link Policies.loaded}, nor while a policy that stood by then has never been readable: its gates would be taken for
 * orphans, and a closed site would open because a replica was started again. Once a set is in force, a ConfigMap that
 * turns bad, or a bad one that is new, changes nothing: one window's trouble must not stop the others, whose
 * last good policies are here, and the operator sees from the status that its revision is missing.
 */
export class Policies {
  readonly #options: PoliciesOptions;
  readonly #windows = new Map<string, CompiledWindow>();
  /** Names of policies that could never be read; none once a set is in force. */
  readonly #unread = new Set<string>();
  #network: DecodedNetwork | undefined;
  #set: PolicySet | undefined;
  #isListed = false;
  #isStale = false;

  constructor(options: PoliciesOptions) {
    this.#options = options;
  }

  /** Undefined until the first list is complete and every policy of it could be read or is gone. */
  get set(): PolicySet | undefined {
    return this.#set;
  }

  /** The ConfigMaps that keep every policy from being in force, because they can not be read. */
  get unread(): readonly string[] {
    return [...this.#unread].toSorted();
  }

  /** The first list is complete: what is known is all there is. */
  loaded(): void {
    this.#isListed = true;
    this.#rebuild();
  }

  /** A ConfigMap was added or changed. */
  put(configMap: ConfigMap): void {
    const { name } = configMap.metadata;
    try {
      const isChanged = this.#read(configMap);
      if (this.#unread.delete(name) || isChanged) this.#schedule();
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      // Without the network's settings no address is known, which lets nobody in: they need not be waited for.
      const isKnown = name === names.network || this.#windows.has(name);
      if (!isKnown && this.#set === undefined) this.#unread.add(name);
      this.#options.onBad(name, error);
    }
  }

  /** A ConfigMap is gone. */
  remove(name: string): void {
    const wasUnread = this.#unread.delete(name);
    if (name === names.network) this.#network = undefined;
    else if (!this.#windows.delete(name) && !wasUnread) return;
    this.#schedule();
  }

  /** True when it changed something. */
  #read({ metadata: { name }, data = {} }: ConfigMap): boolean {
    if (name === names.network) {
      const network = decodeNetwork(data[dataKeys.network] ?? '');
      if (network.revision === this.#network?.revision) return false;
      this.#network = network;
      return true;
    }
    const decoded = decodePolicy(data[dataKeys.policy] ?? '');
    const { uid } = decoded.policy.window;
    // Two ConfigMaps must not speak for one window.
    if (name !== names.policy(uid)) {
      throw new PolicyError(
        'Malformed',
        `is the policy of window ${uid}, so its name should be ${names.policy(uid)}`,
      );
    }
    if (decoded.revision === this.#windows.get(name)?.revision) return false;
    this.#windows.set(name, compileWindow(decoded));
    return true;
  }

  /** Changes that come together make one new set. */
  #schedule(): void {
    if (this.#isStale || !this.#isListed) return;
    this.#isStale = true;
    queueMicrotask(() => this.#rebuild());
  }

  #rebuild(): void {
    this.#isStale = false;
    if (this.#unread.size > 0) return;
    this.#set = createPolicySet([...this.#windows.values()], this.#network);
    this.#options.onChange(this.#set);
  }
}
