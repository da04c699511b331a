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

function explain(found: AddressFinding, settings: ClassSettings): Finding {
  // No counts: they change all the time, and a status that changes is a write.
  const share = `At least 95 % of the requests to ${found.gate} in the last 5 minutes`;
  const status = 'False';
  switch (found.reason) {
    case 'UnknownProxy':
      return {
        status,
        reason: 'UnknownProxy',
        message:
          `${share} came through a proxy that Backsoon was not told of: address ${found.address}` +
          `${found.sign === undefined ? '' : `, header ${found.sign}`}. Address rules do not apply to them. ` +
          cure(found.address, settings),
      };
    case 'AllClientsLookAlike':
      return {
        status,
        reason: 'AllClientsLookAlike',
        message:
          `${share} came from the one address ${found.address}, so addresses do not tell visitors apart. ` +
          cure(found.address, settings),
      };
    case 'ClusterAddress':
      return {
        status,
        reason: 'ClusterAddress',
        message:
          `${share} came from ${found.address}, an address of the cluster itself or loopback: the visitor's own is lost on the way. ` +
          `Set externalTrafficPolicy: Local on the ingress controller's Service, or PROXY protocol on the load balancer and the controller.`,
      };
  }
}

/** Can the visitors of a window's gates be told apart by address? (design §6 rules 5 and 6) */
export function addressFinding(
  spec: MaintenanceWindowSpec,
  gates: readonly Gate[],
  findings: readonly AddressFinding[],
): Finding {
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
    const found = findings.find(({ gate }) => gate === key);
    if (found !== undefined) return explain(found, settings);
  }
  return plausible;
}
