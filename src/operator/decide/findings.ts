import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import { allowlistOverlaps } from '../../access/allowlist.ts';
import type { ClassSettings } from '../../gates/driver.ts';
import { drivers } from '../../gates/drivers.ts';
import type { AddressProblem } from './address-problem.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';

const cure = (address: string, settings: ClassSettings): string =>
  `If it is a proxy of yours, add ${address} to the chart's value ingressControllers.${settings.name}.trustedProxies ` +
  `and to ${drivers[settings.driver].trustSetting}; both are needed to tell visitors apart. ` +
  'Add none that you do not know: whoever comes from there could then choose any address for a client.';

interface Circumstances {
  readonly settings: ClassSettings;
  /** spec.access.trustSharedAddress: address rules apply all the same. */
  readonly isTrusted: boolean;
}

/** What follows from it for the window that asks. */
const effect = (isTrusted: boolean): string =>
  isTrusted
    ? 'Address rules apply to them all the same, because spec.access.trustSharedAddress is true: an entry that matches lets all of them in. '
    : 'Address rules do not apply to them. ';

// No counts in messages: they change all the time, and a status that changes is a write.
const share = (gate: string): string => `At least 95 % of the requests to ${gate} in the last 5 minutes`;

const unknownProxy = (
  { gate, address, sign }: AddressFinding,
  { settings, isTrusted }: Circumstances,
): string =>
  `${share(gate)} came through a proxy that Backsoon was not told of: address ${address}` +
  `${sign === undefined ? '' : `, header ${sign}`}. ${effect(isTrusted)}${cure(address, settings)}`;

const clusterAddress = ({ gate, address }: AddressFinding): string =>
  `${share(gate)} came from ${address}, an address of the cluster itself or loopback: the visitor's own is lost on the way. ` +
  `Set externalTrafficPolicy: Local on the ingress controller's Service, or PROXY protocol on the load balancer and the controller.`;

const lookAlike = ({ gate, address }: AddressFinding, { settings }: Circumstances): string =>
  `${share(gate)} came from the one address ${address}, so addresses do not tell visitors apart. ${cure(address, settings)}`;

const shared = ({ gate, address }: AddressFinding, { settings, isTrusted }: Circumstances): string =>
  `Nearly all visitors of ${gate} have the one address ${address}, and 20 or more different browsers are behind it: ` +
  `likely a proxy that does not say so. ${effect(isTrusted)}${cure(address, settings)}` +
  (isTrusted
    ? ''
    : ' If only the people who may pass come from it, give them tokens, or set spec.access.trustSharedAddress: true.');

function explain(found: AddressFinding, circumstances: Circumstances): AddressProblem {
  const { gate, address, reason } = found;
  const problem = (message: string): AddressProblem => ({
    reason,
    message,
    brief: `${reason} at ${gate} (${address})`,
  });
  switch (reason) {
    case 'UnknownProxy':
      return problem(unknownProxy(found, circumstances));
    case 'AllClientsLookAlike':
      return problem((found.shared === true ? shared : lookAlike)(found, circumstances));
    case 'ClusterAddress':
      return problem(clusterAddress(found));
  }
}

/** What says most about why visitors can not be told apart comes first. */
function rank({ reason, shared: isShared }: AddressFinding): number {
  if (reason === 'UnknownProxy') return 0;
  if (isShared === true) return 1;
  return reason === 'ClusterAddress' ? 2 : 3;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** One order for the same findings, whatever their counts and whichever replica has them. */
const inOrder = (findings: readonly AddressFinding[]): readonly AddressFinding[] =>
  findings.toSorted(
    (a, b) => rank(a) - rank(b) || compareText(a.gate, b.gate) || compareText(a.address, b.address),
  );

/** Of one address at one gate the foremost finding tells enough: the last one that a map is given is the one it keeps. */
const foremostEach = (findings: readonly AddressFinding[]): readonly AddressFinding[] => [
  ...new Map(
    inOrder(findings)
      .toReversed()
      .map((found) => [`${found.gate} ${found.address}`, found] as const),
  ).values(),
];

/**
 * Why the visitors of a window's gates can not be told apart by address, the worst first (design §6 rules 5 and 6).
 * @param gates those of the window
 * @param findings of all gates of the namespace
 */
export function addressProblems(
  spec: MaintenanceWindowSpec,
  gates: readonly Gate[],
  findings: readonly AddressFinding[],
): readonly AddressProblem[] {
  const isTrusted = spec.access?.trustSharedAddress === true;
  const planned = new Map<string, ClassSettings>(
    gates.flatMap(({ key, outcome }) => {
      const settings = plannedOf(outcome)?.settings;
      return settings === undefined ? [] : [[key, settings] as const];
    }),
  );
  const looks = inOrder(foremostEach(findings)).flatMap((found) => {
    const settings = planned.get(found.gate);
    return settings === undefined ? [] : [explain(found, { settings, isTrusted })];
  });
  const classes = [...new Set(planned.values())];
  return [...classes.flatMap((settings) => overlaps(spec, settings)), ...looks];
}

const overlaps = (spec: MaintenanceWindowSpec, { name, trustedProxies }: ClassSettings): AddressProblem[] =>
  allowlistOverlaps(spec.access?.addresses ?? [], trustedProxies).map(({ address, proxy }) => ({
    reason: 'AllowlistContainsProxy',
    message:
      `spec.access.addresses entry ${address} overlaps ${proxy}, a trusted proxy of class ${name}: ` +
      'that part never matches. Write the addresses of the people instead.',
    brief: `AllowlistContainsProxy (${address} overlaps ${proxy})`,
  }));
