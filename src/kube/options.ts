import type { KubeObject } from './objects.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call; the client's default when absent. */
  readonly timeoutMs?: number | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Go through admission and validation, store nothing. */
  readonly dryRun?: boolean | undefined;
  /** Who the fields belong to afterwards. */
  readonly fieldManager?: string | undefined;
  readonly subresource?: 'status' | undefined;
  /** `Strict` fails the call on an unknown field; the server's default drops it with a warning. */
  readonly fieldValidation?: 'Strict' | undefined;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields over from other managers. Only ever for objects of our own. */
  readonly force?: boolean | undefined;
}

export interface DeleteOptions extends CallOptions {
  /** Precondition: another uid answers `Conflict`. */
  readonly uid?: string | undefined;
  /** Precondition, as `uid`. */
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection, CallOptions {
  /** Items of one page; absent: all of them. */
  readonly limit?: number | undefined;
  /** Where the page before ended. */
  readonly continue?: string | undefined;
}

export interface WatchOptions extends Selection {
  /** Events after this version. */
  readonly resourceVersion: string;
  /** After so many seconds the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Milliseconds until the answer's header; the client's default when absent. The events have all the time they need. */
  readonly timeoutMs?: number | undefined;
  /** Called when the server has accepted the watch. */
  readonly onOpen?: (() => void) | undefined;
}

export interface KubeList<T extends KubeObject> {
  /** With apiVersion and kind, which the server leaves out. */
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Where the next page begins; absent on the last one. */
  readonly continue?: string;
}

/** RFC 6902. */
export type JsonPatch = readonly (
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
)[];
