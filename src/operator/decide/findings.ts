import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import { allowlistOverlaps } from '../../access/allowlist.ts';
import type { ClassSettings } from '../../gates/driver.ts';
import type { Finding } from './conditions.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';

const plausible: Finding = {
  status: 'True',
  reason: 'Plausible',
  message: 'Nothing looks wrong with the addresses of visitors.',
};

/** The setting with which an ingress controller is told whom to believe, for messages that say the whole cure. */
const controllerSetting: Readonly<Record<ClassSettings['driver'], string>> = {
  traefik: 'entryPoints.<name>.forwardedHeaders.trustedIPs in Traefik',
};

const cure = (address: string, settings: ClassSettings): string =>
  `If it is a proxy of yours, add ${address} to the chart's value ingressControllers.${settings.name}.trustedProxies ` +
  `and to ${controllerSetting[settings.driver]}; both are needed to tell visitors apart.`;

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

function explain(found: AddressFinding, circumstances: Circumstances): Finding {
  const finding = (message: string): Finding => ({ status: 'False', reason: found.reason, message });
  switch (found.reason) {
    case 'UnknownProxy':
      return finding(unknownProxy(found, circumstances));
    case 'AllClientsLookAlike':
      return finding((found.shared === true ? shared : lookAlike)(found, circumstances));
    case 'ClusterAddress':
      return finding(clusterAddress(found));
  }
}

/** What says most about why visitors can not be told apart comes first. */
function rank({ reason, shared: isShared }: AddressFinding): number {
  if (reason === 'UnknownProxy') return 0;
  if (isShared === true) return 1;
  return reason === 'ClusterAddress' ? 2 : 3;
}

/** The finding to tell of: the same one for the same findings, whatever their counts and their order. */
function foremost(findings: readonly AddressFinding[]): AddressFinding | undefined {
  return findings.toSorted((a, b) => rank(a) - rank(b) || (a.address < b.address ? -1 : 1))[0];
}

/** Can the visitors of a window's gates be told apart by address? (design §6 rules 5 and 6) */
export function addressFinding(
  spec: MaintenanceWindowSpec,
  gates: readonly Gate[],
  findings: readonly AddressFinding[],
): Finding {
  const isTrusted = spec.access?.trustSharedAddress === true;
  const planned = gates.flatMap(({ key, outcome }) => {
    const settings = plannedOf(outcome)?.settings;
    return settings === undefined ? [] : [{ key, settings }];
  });
  for (const settings of new Set(planned.map((gate) => gate.settings))) {
    const overlap = allowlistOverlaps(spec.access?.addresses ?? [], settings.trustedProxies)[0];
    if (overlap !== undefined) {
      return {
        status: 'False',
        reason: 'AllowlistContainsProxy',
        message:
          `spec.access.addresses entry ${overlap.address} overlaps ${overlap.proxy}, a trusted proxy of class ${settings.name}: ` +
          'that part never matches. Write the addresses of the people instead.',
      };
    }
  }
  for (const { key, settings } of planned) {
    const found = foremost(findings.filter(({ gate }) => gate === key));
    if (found !== undefined) return explain(found, { settings, isTrusted });
  }
  return plausible;
}
