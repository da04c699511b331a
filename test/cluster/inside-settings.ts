import type { ClusterOptions } from './options.ts';

/** What the host's side hands to the side inside the namespaces, as JSON in a file. */
export interface InsideSettings {
  readonly options: ClusterOptions;
  readonly toolPaths: Readonly<Record<string, string>>;
  readonly runDirectory: string;
  readonly repository: string;
  /** Where the host's door listens; undefined when there is no ingress controller. */
  readonly host: { readonly httpPort: number; readonly httpsPort: number } | undefined;
}

/** Messages from inside to the host's side. */
export type InsideMessage = { readonly type: 'ready'; readonly seconds: number };

/** Messages from the host's side to inside. */
export type HostMessage = { readonly type: 'signal'; readonly signal: NodeJS.Signals };

/** Files of a run that both sides know. */
export const runFiles = {
  settings: 'settings.json',
  httpSocket: 'http.sock',
  httpsSocket: 'https.sock',
  controlSocket: 'control.sock',
  logs: 'logs',
  bin: 'bin',
} as const;
