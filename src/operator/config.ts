import { parse } from 'yaml';
import type { ClassSettings } from '../gates/driver.ts';
import { drivers } from '../gates/drivers.ts';
import { canonicalCidrs } from '../access/canonical-cidrs.ts';

/** What the chart tells the operator: `operator.yaml`. */
export interface OperatorConfig {
  /** Wait between an object and the annotation that names it, both ways, in seconds. */
  readonly settleSeconds: number;
  /** undefined: design D2's formula. */
  readonly leadSeconds: number | undefined;
  /** The cluster's own addresses, beside those that its Nodes show. */
  readonly clusterCIDRs: readonly string[];
  readonly ingressControllers: readonly ClassSettings[];
  readonly responder: {
    /** undefined: the API server chooses once, and the choice is kept. */
    readonly clusterIP: string | undefined;
  };
  /** May windows take their page's template from labelled ConfigMaps? */
  readonly pageTemplates: boolean;
  /** How long a signing key stays current; 0: for good. */
  readonly keyRotationHours: number;
  readonly logLevel: string;
}

/** A setting that can not be used: names the field and what to write instead. */
export class InvalidConfig extends Error {}

/** Ten years: longer is never. */
const mostHours = 87_600;

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, field: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw new InvalidConfig(`${field} has to be a map, found ${JSON.stringify(value)}.`);
}

function stringsOf(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new InvalidConfig(`${field} has to be a list of strings, found ${JSON.stringify(value)}.`);
}

function secondsOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidConfig(`${field} has to be a whole number of seconds, found ${JSON.stringify(value)}.`);
}

function hoursOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= mostHours) return value;
  throw new InvalidConfig(
    `${field} has to be a number of hours from 0 to ${mostHours}, found ${JSON.stringify(value)}.`,
  );
}

function booleanOf(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw new InvalidConfig(`${field} has to be true or false, found ${JSON.stringify(value)}.`);
}

function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new InvalidConfig(`${field} has to be a string, found ${JSON.stringify(value)}.`);
}

function cidrsOf(value: unknown, field: string): string[] {
  try {
    return canonicalCidrs(stringsOf(value, field));
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidConfig(`${field}: ${error.message}`);
    throw error;
  }
}

function classOf(name: string, value: unknown): ClassSettings {
  const field = `ingressControllers.${name}`;
  const fields = fieldsOf(value, field);
  const driver = Object.values(drivers).find((each) => each.name === fields['driver']);
  if (driver === undefined) {
    throw new InvalidConfig(
      `${field}.driver has to be one of ${Object.keys(drivers).join(', ')}, found ${JSON.stringify(fields['driver'])}.`,
    );
  }
  const service = textOf(fields['service'], `${field}.service`);
  if (service !== undefined && !/^[^/]+\/[^/]+$/.test(service)) {
    throw new InvalidConfig(`${field}.service has to be namespace/name, found ${JSON.stringify(service)}.`);
  }
  return {
    name,
    driver: driver.name,
    service,
    trustedProxies: cidrsOf(fields['trustedProxies'], `${field}.trustedProxies`),
    proxyProtocol: booleanOf(fields['proxyProtocol'], `${field}.proxyProtocol`) ?? false,
    ports: portsOf(fields['ports'], `${field}.ports`),
  };
}

function portsOf(value: unknown, field: string): NonNullable<ClassSettings['ports']> {
  const fields = fieldsOf(value, field);
  return {
    http: portOf(fields['http'], `${field}.http`) ?? 80,
    https: portOf(fields['https'], `${field}.https`) ?? 443,
  };
}

function portOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 65_535) return value;
  throw new InvalidConfig(`${field} has to be a port from 1 to 65535, found ${JSON.stringify(value)}.`);
}

function rootOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidConfig(
      `operator.yaml is no YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * Reads `operator.yaml`.
 * @throws InvalidConfig
 */
export function parseConfig(text: string): OperatorConfig {
  const root = fieldsOf(rootOf(text), 'operator.yaml');
  const responder = fieldsOf(root['responder'], 'responder');
  const pageTemplates = fieldsOf(root['pageTemplates'], 'pageTemplates');
  return {
    settleSeconds: secondsOf(root['settleSeconds'], 'settleSeconds') ?? 5,
    leadSeconds: secondsOf(root['leadSeconds'], 'leadSeconds'),
    clusterCIDRs: cidrsOf(root['clusterCIDRs'], 'clusterCIDRs'),
    ingressControllers: Object.entries(fieldsOf(root['ingressControllers'], 'ingressControllers')).map(
      ([name, value]) => classOf(name, value),
    ),
    responder: { clusterIP: textOf(responder['clusterIP'], 'responder.clusterIP') },
    pageTemplates: booleanOf(pageTemplates['enabled'], 'pageTemplates.enabled') ?? true,
    keyRotationHours: hoursOf(root['keyRotationHours'], 'keyRotationHours') ?? 720,
    logLevel: textOf(root['logLevel'], 'logLevel') ?? 'info',
  };
}
