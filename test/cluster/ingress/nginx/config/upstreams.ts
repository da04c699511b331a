import { createHash } from 'node:crypto';
import { peersOf, type Endpoint, type Peers } from '../endpoints.ts';
import type { Routing, Upstream } from '../model.ts';
import { block, quoted, type Directive } from './text.ts';

/** Requests that the controller hands to a backend that it has no address for end here: 502. */
const nowhere = 'nowhere';

/**
 * The controller's balancer gives a request its next address for as long as nginx asks: three times for an app, without end for an
 * error page. nginx alone tries each entry of its list once; so the list is long.
 */
const entries = 20;

const peersFor = ({ endpoints, areNames }: Upstream): Peers => peersOf(endpoints, areNames);

/** False when the controller would answer 503 by itself before it asks anybody. */
export const hasPeers = (upstream: Upstream | undefined): boolean =>
  upstream !== undefined && peersFor(upstream) !== 'none';

const canariesOf = ({ alternatives }: Upstream, { upstreams }: Routing): Upstream[] =>
  alternatives
    .slice(0, 1)
    .map((name) => upstreams.get(name))
    .filter((upstream) => upstream !== undefined)
    .filter(hasPeers);

/** A name that may stand in a variable. */
const short = ({ name }: Upstream): string => createHash('sha256').update(name).digest('hex').slice(0, 12);

/** What stands in `proxy_pass` after the scheme: an upstream's name, or the variable that chooses between it and its canary. */
export function targetOf(upstream: Upstream | undefined, routing: Routing): string {
  if (upstream === undefined) return nowhere;
  const peers = peersFor(upstream);
  if (typeof peers === 'string') return nowhere;
  return canariesOf(upstream, routing).length > 0 ? `$by_header_${short(upstream)}` : upstream.name;
}

function upstreamBlock(name: string, endpoints: readonly Endpoint[]): Directive {
  const copies = Math.ceil(entries / endpoints.length);
  const servers = Array.from({ length: copies }, () => endpoints).flat();
  return block(
    `upstream ${quoted(name)}`,
    // The controller's balancer remembers no failures.
    servers.map(
      ({ address, port }) => `server ${address.includes(':') ? `[${address}]` : address}:${port} max_fails=0`,
    ),
    'keepalive 320',
    'keepalive_time 1h',
    'keepalive_timeout 60s',
    'keepalive_requests 10000',
  );
}

/** A header decides, then a cookie, then chance. */
function choice(primary: Upstream, canary: Upstream): Directive[] {
  const id = short(primary);
  const { weight = 0, weightTotal = 100, header, headerValue, headerPattern, cookie } = canary.canary ?? {};
  const share = Math.min(100, (weight * 100) / Math.max(100, weightTotal));
  const byChance =
    share >= 100
      ? [`* ${quoted(canary.name)}`]
      : [...(share > 0 ? [`${share.toFixed(2)}% ${quoted(canary.name)}`] : []), `* ${quoted(primary.name)}`];
  const always = (yes: string): string => `${quoted(yes)} ${quoted(canary.name)}`;
  const never = `never ${quoted(primary.name)}`;
  const variable = (kind: string, name: string): string =>
    `$${kind}_${name.replaceAll('-', '_').toLowerCase()}`;
  const yes = headerValue ?? (headerPattern === undefined ? undefined : `~${headerPattern}`);
  return [
    block(`split_clients $request_id $by_chance_${id}`, byChance),
    block(
      `map ${cookie === undefined ? '""' : variable('cookie', cookie)} $by_cookie_${id}`,
      always('always'),
      never,
      `default $by_chance_${id}`,
    ),
    block(
      `map ${header === undefined ? '""' : variable('http', header)} $by_header_${id}`,
      yes === undefined ? [always('always'), never] : [always(yes)],
      `default $by_cookie_${id}`,
    ),
  ];
}

/** All upstreams that can be reached, and how requests are shared with canaries. */
export function upstreamDirectives(routing: Routing): Directive[] {
  const all = [...routing.upstreams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const blocks = all.flatMap((upstream) => {
    const peers = peersFor(upstream);
    return typeof peers === 'string' ? [] : [upstreamBlock(upstream.name, peers)];
  });
  const choices = all.flatMap((upstream) =>
    canariesOf(upstream, routing).flatMap((canary) => choice(upstream, canary)),
  );
  return [block(`upstream ${nowhere}`, 'server 0.0.0.1:80'), ...blocks, ...choices];
}
