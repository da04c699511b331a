import type { Follower, KubeObject } from '../../api-client.ts';
import type { ChangeType } from './store.ts';

/**
 * Turns lists and watch events into changes: a list after an interruption brings only what has changed since.
 * `listed` resolves with the first list.
 */
export class Collection<T extends KubeObject> implements Follower<T> {
  readonly #known = new Map<string, T>();
  readonly #onChange: (type: ChangeType, object: T) => void;
  readonly #listed = Promise.withResolvers<void>();

  constructor(onChange: (type: ChangeType, object: T) => void) {
    this.#onChange = onChange;
  }

  get listed(): Promise<void> {
    return this.#listed.promise;
  }

  readonly onList = (items: readonly T[]): void => {
    const uids = new Set(items.map(({ metadata }) => metadata.uid));
    for (const object of this.#known.values())
      if (!uids.has(object.metadata.uid)) this.onEvent('DELETED', object);
    for (const object of items) this.onEvent('MODIFIED', object);
    this.#listed.resolve();
  };

  readonly onEvent = (type: ChangeType, object: T): void => {
    const { uid, resourceVersion } = object.metadata;
    const before = this.#known.get(uid);
    if (type === 'DELETED') this.#known.delete(uid);
    else this.#known.set(uid, object);
    if (type !== 'DELETED' && before?.metadata.resourceVersion === resourceVersion) return;
    this.#onChange(type === 'DELETED' ? type : before === undefined ? 'ADDED' : 'MODIFIED', object);
  };
}
