import type { MaintenanceWindowSpec } from '../api/generated/maintenance-window.ts';
import type { Ingress } from '../api/ingress.ts';
import type { ClassSettings, ControllerConfig, Driver, Refusal, RequestPart, Sees } from './driver.ts';
import { hostsOf, namesAllHosts } from './hosts.ts';

type Asking = Pick<MaintenanceWindowSpec, 'only' | 'access'>;

interface Need {
  readonly field: string;
  readonly part: RequestPart;
  readonly isAsked: (spec: Asking, ingress: Ingress) => boolean;
}

/** What a window can decide by, beside addresses and tokens. */
const needs: readonly Need[] = [
  {
    field: 'spec.only.hosts',
    part: 'host',
    // Whoever comes through an Ingress whose hosts are all named asked for one of them, seen or not.
    isAsked: ({ only }, ingress) => only?.hosts !== undefined && !namesAllHosts(only.hosts, ingress),
  },
  { field: 'spec.only.paths', part: 'path', isAsked: ({ only }) => only?.paths !== undefined },
  { field: 'spec.access.paths', part: 'path', isAsked: ({ access }) => (access?.paths ?? []).length > 0 },
  {
    field: 'spec.access.methods',
    part: 'method',
    isAsked: ({ access }) => (access?.methods ?? []).length > 0,
  },
];

/** A window, and a gate that could close for it. */
export interface SightInput {
  readonly spec: Asking;
  readonly ingress: Ingress;
  readonly driver: Pick<Driver, 'sees' | 'unseen'>;
  readonly settings: ClassSettings;
  readonly config: ControllerConfig;
}

/**
 * Why a window can not be kept at a gate: it decides by something that the ingress controller does not show the
 * responder, or shows as a visitor may have written it. Undefined: it can be.
 */
export function blindness({ spec, ingress, driver, settings, config }: SightInput): Refusal | undefined {
  const sees = driver.sees(settings, config);
  const unmet = needs.find(({ part, isAsked }) => !sees[part] && isAsked(spec, ingress));
  if (unmet === undefined) return undefined;
  const { field, part } = unmet;
  const { namespace, name } = ingress.metadata;
  return {
    reason: 'DriverCannotSee',
    message:
      `${field} needs the ${part} of each request, which class ${settings.name} does not show reliably for Ingress ` +
      `${namespace}/${name}${because(driver.unseen[part])}. ${cure(field, ingress)}`,
  };
}

const because = (why: string | undefined): string => (why === undefined ? '' : `: ${why}`);

/** A message has to fit into an Event, and 200 hosts do not. */
const longestHosts = 300;

function cure(field: string, ingress: Ingress): string {
  if (field !== 'spec.only.hosts') return `Leave ${field} out, or keep this Ingress out of spec.targets.`;
  const hosts = hostsOf(ingress);
  if (hosts.includes(undefined)) {
    return 'Give every rule of the Ingress a host and name them all in spec.only.hosts, or split the Ingress by host.';
  }
  const named = hosts.join(', ');
  const all = named.length > longestHosts ? `all its ${hosts.length} hosts` : `all its hosts (${named})`;
  return `Name ${all} in spec.only.hosts, or split the Ingress by host and target one.`;
}

/** The controller shows only the last peer, and that is a proxy: no visitor's address comes this far (design §6 rule 7). */
export const hidesClients = ({ chain }: Sees, { trustedProxies }: ClassSettings): boolean =>
  !chain && trustedProxies.length > 0;
