/** The part of an object's metadata that Backsoon reads, as an API server returns it. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Counts the changes of the spec. */
  readonly generation: number;
  /** An RFC 3339 instant. */
  readonly creationTimestamp: string;
  /** An RFC 3339 instant; absent unless the object is being deleted. */
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
