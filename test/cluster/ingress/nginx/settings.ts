/** How dangerous an annotation may be before the controller refuses the Ingress that has it. */
export const risks = ['Low', 'Medium', 'High', 'Critical'] as const;
export type Risk = (typeof risks)[number];

/** What the controller's ConfigMap says, with the controller's defaults for what it does not say. */
export interface Settings {
  readonly useForwardedHeaders: boolean;
  readonly computeFullForwardedFor: boolean;
  readonly useProxyProtocol: boolean;
  readonly enableRealIp: boolean;
  readonly proxyRealIpCidr: readonly string[];
  readonly customHttpErrors: readonly number[];
  readonly disableProxyInterceptErrors: boolean;
  readonly globalAuthUrl: string | undefined;
  readonly annotationsRiskLevel: Risk;
  readonly proxyBodySize: string;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly httpRedirectCode: number;
  readonly hsts: boolean;
  readonly whitelistSourceRange: readonly string[];
  readonly noAuthLocations: readonly string[];
  readonly noTlsRedirectLocations: readonly string[];
  readonly httpSnippet: string;
}

const acme = '/.well-known/acme-challenge';

/** Go's strconv.ParseBool; undefined when it would refuse. */
export function parseBool(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const isErrorStatus = (code: number): boolean => Number.isInteger(code) && code > 299 && code < 600;

const isUrl = (text: string | undefined): boolean =>
  text !== undefined && /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(text);

/** Reads the ConfigMap's data; a value that makes no sense counts as not said. */
export function readSettings(data: Readonly<Record<string, string>> = {}): Settings {
  const flag = (key: string, otherwise: boolean): boolean => parseBool(data[key] ?? '') ?? otherwise;
  const list = (key: string, otherwise: readonly string[]): readonly string[] =>
    data[key] === undefined ? otherwise : listOf(data[key]);
  const risk = risks.find((level) => level.toLowerCase() === data['annotations-risk-level']?.toLowerCase());
  return {
    useForwardedHeaders: flag('use-forwarded-headers', false),
    computeFullForwardedFor: flag('compute-full-forwarded-for', false),
    useProxyProtocol: flag('use-proxy-protocol', false),
    enableRealIp: flag('enable-real-ip', false),
    // Everybody: with use-forwarded-headers the client chooses its address unless somebody narrows this.
    proxyRealIpCidr: list('proxy-real-ip-cidr', ['0.0.0.0/0']),
    customHttpErrors: list('custom-http-errors', []).map(Number).filter(isErrorStatus),
    disableProxyInterceptErrors: flag('disable-proxy-intercept-errors', false),
    globalAuthUrl: isUrl(data['global-auth-url']) ? data['global-auth-url'] : undefined,
    // A level that is not one counts as the lowest.
    annotationsRiskLevel: data['annotations-risk-level'] === undefined ? 'High' : (risk ?? 'Low'),
    proxyBodySize: data['proxy-body-size'] ?? '1m',
    sslRedirect: flag('ssl-redirect', true),
    forceSslRedirect: flag('force-ssl-redirect', false),
    httpRedirectCode: Number(data['http-redirect-code'] ?? 308),
    hsts: flag('hsts', true),
    whitelistSourceRange: list('whitelist-source-range', []),
    noAuthLocations: list('no-auth-locations', [acme]),
    noTlsRedirectLocations: list('no-tls-redirect-locations', [acme]),
    httpSnippet: data['http-snippet'] ?? '',
  };
}
