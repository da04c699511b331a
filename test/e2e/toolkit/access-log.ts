import { readFileSync } from 'node:fs';
import { inside } from './cluster.ts';

/** One request that reached the app. All sites share the app, and so its log. */
export interface AppRequest {
  /** RFC 3339. */
  readonly time: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** As the ingress controller wrote it: its last entry is whoever spoke to the ingress. */
  readonly xForwardedFor: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Did a staff token come along? */
  readonly token: boolean;
  /** Did a cookie come along? */
  readonly cookie: boolean;
  readonly probe: boolean;
}

/** The app's own word on who was let in. Every line of it is a request that passed the gate. */
export function appRequests(host: string, from: number, to: number): readonly AppRequest[] {
  return readFileSync(inside('BACKSOON_SHOP_LOG'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(host))
    .map((line) => JSON.parse(line) as AppRequest)
    .filter((request) => request.host === host && within(Date.parse(request.time), from, to));
}

const within = (time: number, from: number, to: number): boolean => time >= from && time <= to;
