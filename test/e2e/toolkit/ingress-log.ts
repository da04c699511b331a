import { readFileSync } from 'node:fs';
import { inside } from './cluster.ts';

/** One request as the ingress controller had it, let in or not. */
export interface IngressRequest {
  readonly host: string;
  readonly method: string;
  /** As the client wrote it, with its query. */
  readonly path: string;
  readonly status: number;
  readonly userAgent: string;
}

/** Traefik's names for them. */
interface Line {
  readonly RequestHost: string;
  readonly RequestMethod: string;
  readonly RequestPath: string;
  readonly DownstreamStatus: number;
  readonly 'request_User-Agent'?: string;
}

/** The ingress controller's access log: every request line that came, and of the headers only User-Agent. */
export const ingressLog = (): string => readFileSync(inside('BACKSOON_INGRESS_LOG'), 'utf8');

/** All that clients of one User-Agent asked the ingress for, in order. */
export function ingressRequests(userAgent: string): readonly IngressRequest[] {
  return ingressLog()
    .split('\n')
    .filter((line) => line.includes(userAgent) && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .map((line) => ({
      host: line.RequestHost,
      method: line.RequestMethod,
      path: line.RequestPath,
      status: line.DownstreamStatus,
      userAgent: line['request_User-Agent'] ?? '',
    }))
    .filter((request) => request.userAgent === userAgent);
}
