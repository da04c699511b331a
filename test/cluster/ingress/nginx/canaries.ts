import { builtInUpstream, type Server, type Upstream } from './model.ts';
import type { IngressPath } from './objects.ts';

interface CanaryPath {
  readonly host: string;
  readonly path: IngressPath;
  readonly upstream: string;
}

/** Makes the upstream of each canary an alternative of the upstreams whose host and path it shares. */
export function mergeCanaries(
  canaries: readonly CanaryPath[],
  { servers, upstreams }: { servers: ReadonlyMap<string, Server>; upstreams: Map<string, Upstream> },
): void {
  for (const { host, path, upstream: name } of canaries) {
    const locations = servers.get(host)?.locations ?? [];
    const same = locations.filter(
      (location) => location.path === (path.path ?? '/') && location.pathType === path.pathType,
    );
    for (const location of same) {
      const primary = upstreams.get(location.upstream);
      if (primary === undefined || primary.name === name || primary.name === builtInUpstream) continue;
      if (primary.canary === undefined && !primary.alternatives.includes(name))
        primary.alternatives.push(name);
    }
  }
}
