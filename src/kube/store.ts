import { keyOf, type KubeObject, type ObjectRef } from './objects.ts';

/** What happened to one object: no `old` means added, no `new` means deleted. */
export interface Change<T> {
  /** `namespace/name` */
  readonly key: string;
  readonly old: T | undefined;
  readonly new: T | undefined;
}

export type Indexer<T> = (object: T) => readonly string[];

export interface StoreOptions<T> {
  /** What is kept of an object; `withoutManagedFields` fits most. Identity when absent. */
  readonly transform?: (object: T) => T;
  /** Index name → the values under which an object is found in it. */
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  /** A subscriber or an indexer threw. The store goes on. */
  readonly onHandlerError?: (error: unknown) => void;
}

/**
 * The objects of one resource as last heard of. They are shared: never change one. A list is the same array until something
 * in it changes, so what was found out about one may be remembered with it.
 */
export interface ReadonlyStore<T> {
  get(key: string): T | undefined;
  find(ref: ObjectRef): T | undefined;
  list(): readonly T[];
  /** Objects that the index has under a value; empty for an unknown value. */
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
  /** Called after each change, in order; returns how to stop it. What is there already is not told. */
  subscribe(handler: (change: Change<T>) => void): () => void;
}

/** One for all, so that a list of nothing is the same list the next time. */
const none: readonly never[] = [];

/** A ReadonlyStore and the three ways that a reflector fills it. */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #options: StoreOptions<T>;
  /** What `list` answers until something changes. */
  #list: readonly T[] | undefined;

  constructor(options: StoreOptions<T> = {}) {
    this.#options = options;
    for (const [name, indexer] of Object.entries(options.indexers ?? {})) {
      this.#indexes.set(name, { indexer, entries: new Map(), found: new Map() });
    }
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  find(ref: ObjectRef): T | undefined {
    return this.#objects.get(keyOf(ref));
  }

  list(): readonly T[] {
    return (this.#list ??= [...this.#objects.values()]);
  }

  /** @throws {TypeError} for an index that was not declared. */
  byIndex(index: string, value: string): readonly T[] {
    const declared = this.#indexes.get(index);
    if (declared === undefined) throw new TypeError(`no index ${index}`);
    const keys = declared.entries.get(value);
    if (keys === undefined) return none;
    return declared.found.getOrInsertComputed(value, () =>
      [...keys].flatMap((key) => this.#objects.get(key) ?? []),
    );
  }

  subscribe(handler: (change: Change<T>) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** The whole truth at one time: what is not in it is deleted, and subscribers hear so. */
  replace(objects: readonly T[]): void {
    const keys = new Set(objects.map((object) => keyOf(object.metadata)));
    for (const key of this.#objects.keys()) {
      if (!keys.has(key)) this.#set(key, undefined);
    }
    for (const object of objects) this.upsert(object);
  }

  /** An object was added or modified. The same version again is no change. */
  upsert(object: T): void {
    const key = keyOf(object.metadata);
    const old = this.#objects.get(key);
    const { uid, resourceVersion } = object.metadata;
    if (old?.metadata.uid === uid && old.metadata.resourceVersion === resourceVersion) return;
    this.#set(key, this.#options.transform?.(object) ?? object);
  }

  /**
   * Takes in what a write of our own answered, so that nobody decides on what stood before it. Only while the store still
   * holds the very object that stood there when the write was sent: otherwise the watch has told of something newer,
   * a deletion perhaps, and will tell of this write too.
   */
  confirm(before: T | undefined, answer: T): void {
    if (this.find(answer.metadata) === before) this.upsert(answer);
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref);
    if (this.#objects.has(key)) this.#set(key, undefined);
  }

  #set(key: string, object: T | undefined): void {
    const old = this.#objects.get(key);
    if (object === undefined) this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#list = undefined;
    for (const index of this.#indexes.values()) {
      this.#guarded(() => reindex(index, key, { old, new: object }));
    }
    for (const handler of this.#handlers) this.#guarded(() => handler({ key, old, new: object }));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onHandlerError?.(error);
    }
  }
}

interface Index<T> {
  readonly indexer: Indexer<T>;
  readonly entries: Map<string, Set<string>>;
  /** What `byIndex` answers until something changes there. */
  readonly found: Map<string, readonly T[]>;
}

const reindex = <T>(index: Index<T>, key: string, change: Omit<Change<T>, 'key'>): void => {
  const { indexer, entries, found } = index;
  for (const value of change.old === undefined ? [] : indexer(change.old)) {
    found.delete(value);
    const keys = entries.get(value);
    keys?.delete(key);
    if (keys?.size === 0) entries.delete(value);
  }
  for (const value of change.new === undefined ? [] : indexer(change.new)) {
    found.delete(value);
    const keys = entries.get(value);
    if (keys === undefined) entries.set(value, new Set([key]));
    else keys.add(key);
  }
};

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A transform: who wrote which field is most of an object's size, and no controller's business. */
export const withoutManagedFields = <T extends KubeObject>(object: T): T => {
  const { managedFields: _managed, annotations, ...metadata } = object.metadata;
  if (annotations === undefined) return { ...object, metadata };
  const { [lastApplied]: _applied, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
};
