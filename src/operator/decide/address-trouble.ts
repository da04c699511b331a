import { forgedProbeAddress } from '../../access/probe.ts';
import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { Ingress } from '../../api/ingress.ts';
import type { ClassSettings, ControllerConfig, Driver } from '../../gates/driver.ts';
import { namesAllHosts } from '../../gates/hosts.ts';
import { hidesClients } from '../../gates/sight.ts';
import type { AddressProblem } from './address-problem.ts';
import type { Observed } from './observed.ts';
import { storedGate } from './stored-gates.ts';

/** Why no address may let anybody in at a gate (design §6 rule 7). Tokens still do. */
export interface AddressTrouble {
  readonly reason: 'ClientHiddenByProxy' | 'SpoofableClientAddress';
  readonly class: string;
  /** What the controller's settings say of it; undefined: a probe found it. */
  readonly because: string | undefined;
}

/** What is asked about: a gate, and how it would be made, if it can be. */
export interface AddressInput {
  readonly key: `${string}/${string}`;
  readonly ingress: string;
  readonly class: string;
  readonly planned:
    | { readonly driver: Driver; readonly settings: ClassSettings; readonly config: ControllerConfig }
    | undefined;
}

/** Is something wrong with how this gate's controller tells clients' addresses? */
export function addressTroubleOf(input: AddressInput, observed: Observed): AddressTrouble | undefined {
  const { key, ingress, planned, class: className } = input;
  const isSpoofed = observed.proofs.get(key)?.spoofed ?? wasOff(ingress, observed);
  const spoofable = { reason: 'SpoofableClientAddress', class: className } as const;
  const found = isSpoofed ? { ...spoofable, because: undefined } : undefined;
  if (planned === undefined) return found;
  const { driver, settings, config } = planned;
  if (hidesClients(driver.sees(settings, config), settings)) {
    return { reason: 'ClientHiddenByProxy', class: className, because: undefined };
  }
  const because = driver.spoofable(settings, config);
  return because === undefined ? found : { ...spoofable, because };
}

/** A proof is lost with the process and the gate; what it led to stands in the policies until another one is had. */
const wasOff = (ingress: string, { policies }: Observed): boolean =>
  policies.some((policy) => storedGate(policy, ingress)?.addressRules === false);

/**
 * Who lets clients choose X-Forwarded-For lets them choose X-Forwarded-Host, so responders do not look at hosts there. The gate
 * is not refused for it: off the Ingress it could not be probed, and nobody would see when the trouble is over.
 */
export const closesAllHosts = ({ only }: Pick<MaintenanceWindowSpec, 'only'>, ingress: Ingress): boolean =>
  only?.hosts !== undefined && !namesAllHosts(only.hosts, ingress);

/**
 * The trouble in words: what it is, why, and what to do.
 * @param allHosts closes the window hosts there that it does not name? See {@link closesAllHosts}
 */
export function explainTrouble(
  gate: string,
  { reason, class: className, because }: AddressTrouble,
  allHosts: boolean,
): AddressProblem {
  const brief = `${reason} at ${gate}`;
  const hosts = allHosts
    ? 'Hosts can be made up as well, so while the window is closed it closes all hosts of this Ingress, not just those of spec.only.hosts. '
    : '';
  const off = `Address rules are off at ${gate}; tokens still work.`;
  switch (reason) {
    case 'ClientHiddenByProxy':
      return {
        reason,
        brief,
        message:
          `The ingress controller of class ${className} shows one address, that of the proxy in front of it, and not the visitor's. ` +
          `${off} Let the proxy speak the PROXY protocol to the controller, and take it out of ` +
          `ingressControllers.${className}.trustedProxies.`,
      };
    case 'SpoofableClientAddress':
      return {
        reason,
        brief,
        message:
          because === undefined
            ? spoofedText(gate, { className, off, hosts })
            : `Clients can choose the address that they come from at ${gate}: ${because} ${off} ${hosts}`.trim(),
      };
  }
}

interface Words {
  readonly className: string;
  readonly off: string;
  readonly hosts: string;
}

const spoofedText = (gate: string, { className, off, hosts }: Words): string =>
  `A probe of ${gate} that wrote X-Forwarded-For: ${forgedProbeAddress} came in from that address: any client can choose its own. ` +
  `${off} ${hosts}Likely the ingress controller takes X-Forwarded-For from every peer and does not add whom it came from: ` +
  'name only your proxies in its trusted list, ' +
  `and the same ones in ingressControllers.${className}.trustedProxies.`;
