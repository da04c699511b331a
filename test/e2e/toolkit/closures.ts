import { BlockList, isIPv6 } from 'node:net';
import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../../src/api/generated/maintenance-window.ts';
import type { AppRequest } from './access-log.ts';
import { appRequests } from './access-log.ts';
import type { Crowd } from './crowd.ts';
import { holderOf } from './visitor.ts';

/**
 * The invariant of all end-to-end tests: while a site is closed, the app's own access log holds no request without a
 * pass. It is checked after each test for every site that was closed during it.
 */
export interface Closure {
  readonly host: string;
  /** To be called just before the site may open again. */
  readonly end: (at?: number) => void;
}

type Access = NonNullable<MaintenanceWindowSpec['access']>;

interface Kept {
  readonly host: string;
  readonly crowd: Crowd;
  readonly from: number;
  readonly to: number | undefined;
  readonly access: readonly Access[];
}

/** A request that was let in just before the closing is still on its way to the app for so long. */
const onTheWayMs = 250;

/** In so long somebody of the crowd has tried. */
const tellingMs = 1_000;

const closures = new Map<symbol, Kept>();

export interface ClosureStart {
  readonly host: string;
  readonly crowd: Crowd;
  /** Whom the closing windows let in: a request needs a pass of each of them. */
  readonly specs: readonly MaintenanceWindowSpec[];
  /** Epoch milliseconds. */
  readonly from?: number;
}

/** From now on, or from the given instant on, nobody without a pass may get to the app. */
export function closureBegins({ host, crowd, specs, from = Date.now() }: ClosureStart): Closure {
  const id = Symbol(host);
  closures.set(id, { host, crowd, from, to: undefined, access: specs.map(({ access }) => access ?? {}) });
  return {
    host,
    end: (at = Date.now()) => {
      const kept = closures.get(id);
      if (kept !== undefined && kept.to === undefined) closures.set(id, { ...kept, to: at });
    },
  };
}

/** A site that is taken down is no longer watched. */
export function forgetClosures(host: string): void {
  for (const [id, kept] of closures) if (kept.host === host) closures.delete(id);
}

/** Does one of these addresses and CIDRs hold the client's? Judged by Node, not by the code under test. */
function holds(entries: readonly string[], client: string): boolean {
  const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
  const allowed = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) allowed.addAddress(address, familyOf(address));
    else allowed.addSubnet(address, Number(bits), familyOf(address));
  }
  return allowed.check(client, familyOf(client));
}

/** By whole segments of the path without its query; judged by what the app was asked for, not by what the gate saw. */
const isUnder = (path: string, prefix: string): boolean =>
  `${path.split('?')[0]}/`.startsWith(`${prefix.replace(/\/$/, '')}/`);

const isExempt = ({ method, path }: AppRequest, { paths = [], methods = [] }: Access): boolean =>
  methods.some((each) => each === method) || paths.some((prefix) => isUnder(path, prefix));

function hasPass(request: AppRequest, access: Access): boolean {
  const { addresses = [], tokens = [] } = access;
  if (isExempt(request, access)) return true;
  const holders = tokens.map(({ sha256 }) => holderOf(sha256));
  // Who holds a cookie is the browser that exchanged the token for it: it says so, too.
  if ((request.token || request.cookie) && holders.includes(request.headers['user-agent'] ?? '')) return true;
  return holds(addresses, request.xForwardedFor?.split(',').at(-1)?.trim() ?? '');
}

function check({ host, crowd, from, to = Date.now(), access }: Kept): void {
  const intruders = appRequests(host, from + onTheWayMs, to).filter(
    (request) => !access.every((each) => hasPass(request, each)),
  );
  expect(
    intruders,
    `requests without a pass that the app of ${host} answered while it was closed`,
  ).to.deep.equal([]);
  const statuses = crowd.statuses(from + onTheWayMs, to);
  const admitted = Object.keys(statuses).filter((status) => Number(status) > 0 && Number(status) < 500);
  expect(admitted, `statuses that visitors of ${host} met while it was closed: ${JSON.stringify(statuses)}`)
    .to.be.empty;
  if (to - from < tellingMs) return;
  expect(statuses[503] ?? 0, `visitors who tried ${host} while it was closed`).to.be.greaterThan(0);
}

/** Checks all that was closed since the last check. */
function checkClosures(): void {
  const kept = [...closures];
  for (const [id, { to }] of kept) if (to !== undefined) closures.delete(id);
  for (const [, closure] of kept) check(closure);
}

/** A `describe` whose every test ends with the invariant. */
export function scenario(title: string, define: (this: Mocha.Suite) => void): void {
  describe(title, function (this: Mocha.Suite) {
    define.call(this);
    afterEach('nobody without a pass got into a closed site', checkClosures);
  });
}
