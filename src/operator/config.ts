import { parse } from 'yaml';
import type { ClassSettings, DriverName } from '../gates/driver.ts';
import { driverNames } from '../gates/drivers.ts';
import { canonicalCidrs } from '../access/canonical-cidrs.ts';

/** What the chart tells the operator: `operator.yaml`. */
export interface OperatorConfig {
  /** Wait between an object and the annotation that names it, both ways, in seconds. */
  readonly settleSeconds: number;
  /** undefined: design D2's formula. */
  readonly leadSeconds: number | undefined;
  /** The cluster's own addresses, beside those that its Nodes show. */
  readonly clusterCIDRs: readonly string[];
  /** Those that may be used: the operator has rights for no others. */
  readonly drivers: readonly DriverName[];
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

function driversOf(value: unknown): readonly DriverName[] {
  if (value === undefined || value === null) return driverNames;
  return stringsOf(value, 'drivers').map((each) => {
    const driver = driverNames.find((name) => name === each);
    if (driver !== undefined) return driver;
    throw new InvalidConfig(
      `drivers has to be some of ${driverNames.join(', ')}, found ${JSON.stringify(each)}.`,
    );
  });
}

function classOf(name: string, value: unknown, enabled: readonly DriverName[]): ClassSettings {
  const field = `ingressControllers.${name}`;
  const fields = fieldsOf(value, field);
  const driver = enabled.find((each) => each === fields['driver']);
  if (driver === undefined) {
    throw new InvalidConfig(
      `${field}.driver has to be one of ${enabled.join(', ')} (see the value drivers), found ${JSON.stringify(fields['driver'])}.`,
    );
  }
  return {
    name,
    driver,
    service: namedOf(fields['service'], `${field}.service`),
    configMap: namedOf(fields['configMap'], `${field}.configMap`),
    trustedProxies: cidrsOf(fields['trustedProxies'], `${field}.trustedProxies`),
    proxyProtocol: booleanOf(fields['proxyProtocol'], `${field}.proxyProtocol`) ?? false,
    ports: portsOf(fields['ports'], `${field}.ports`),
  };
}

/** `namespace/name` of an object. */
function namedOf(value: unknown, field: string): string | undefined {
  const text = textOf(value, field);
  if (text === undefined || /^[^/]+\/[^/]+$/.test(text)) return text;
  throw new InvalidConfig(`${field} has to be namespace/name, found ${JSON.stringify(text)}.`);
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
  const drivers = driversOf(root['drivers']);
  const pageTemplates = fieldsOf(root['pageTemplates'], 'pageTemplates');
  return {
    settleSeconds: secondsOf(root['settleSeconds'], 'settleSeconds') ?? 5,
    leadSeconds: secondsOf(root['leadSeconds'], 'leadSeconds'),
    clusterCIDRs: cidrsOf(root['clusterCIDRs'], 'clusterCIDRs'),
    drivers,
    ingressControllers: Object.entries(fieldsOf(root['ingressControllers'], 'ingressControllers')).map(
      ([name, value]) => classOf(name, value, drivers),
    ),
    responder: { clusterIP: textOf(responder['clusterIP'], 'responder.clusterIP') },
    pageTemplates: booleanOf(pageTemplates['enabled'], 'pageTemplates.enabled') ?? true,
    keyRotationHours: hoursOf(root['keyRotationHours'], 'keyRotationHours') ?? 720,
    logLevel: textOf(root['logLevel'], 'logLevel') ?? 'info',
  };
}
