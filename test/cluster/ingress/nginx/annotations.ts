import { isIP } from 'node:net';
import { AnnotationValues } from './annotation-values.ts';
import type { Ingress, Service } from './objects.ts';
import { parseBool, type Settings } from './settings.ts';

export interface ExternalAuth {
  readonly url: string;
  /** The host of the URL without its port: the Host that the auth server sees. */
  readonly host: string;
  readonly method: string | undefined;
  readonly requestRedirect: string | undefined;
  readonly responseHeaders: readonly string[];
  readonly alwaysSetCookie: boolean;
}

export interface Cors {
  readonly origins: readonly string[];
  readonly methods: string;
  readonly headers: string;
  readonly exposeHeaders: string;
  readonly credentials: boolean;
  readonly maxAge: number;
}

export interface Canary {
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string | undefined;
  readonly headerValue: string | undefined;
  readonly headerPattern: string | undefined;
  readonly cookie: string | undefined;
}

/** The annotations of one Ingress as the controller understood them when it last looked at them. */
export interface Annotations {
  /** Why every location of the Ingress answers 503. */
  readonly denied: string | undefined;
  readonly auth: ExternalAuth | undefined;
  readonly enableGlobalAuth: boolean;
  readonly customHttpErrors: readonly number[];
  readonly disableProxyInterceptErrors: boolean;
  /** The Service as it was then: later changes of it are not seen. */
  readonly defaultBackend: Service | undefined;
  readonly satisfy: 'any' | 'all' | undefined;
  readonly allow: readonly string[];
  readonly cors: Cors | undefined;
  readonly redirect: { readonly code: number; readonly url: string } | undefined;
  readonly appRoot: string | undefined;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  readonly rewriteTarget: string | undefined;
  readonly useRegex: boolean;
  readonly bodySize: string;
  readonly backendProtocol: 'http' | 'https';
  readonly upstreamVhost: string | undefined;
  readonly canary: Canary | undefined;
}

const items = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Scheme and host of an auth URL; undefined when the controller could not use it. Variables may be in it. */
function hostOf(url: string): string | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]+)/.exec(url)?.[1];
  return authority === undefined || authority.includes('..') ? undefined : authority.replace(/:\d+$/, '');
}

function readAuth(values: AnnotationValues): ExternalAuth | 'denied' | undefined {
  const url = values.strict('auth-url');
  if (url === undefined) return undefined;
  const host = hostOf(url);
  if (host === undefined || values.isInvalid('auth-method') || values.isInvalid('auth-response-headers'))
    return 'denied';
  return {
    url,
    host,
    method: values.lenient('auth-method'),
    requestRedirect: values.strict('auth-request-redirect'),
    responseHeaders: items(values.lenient('auth-response-headers')),
    alwaysSetCookie: values.flag('auth-always-set-cookie', false),
  };
}

/** The controller-wide auth server, as if each Ingress had asked for it. */
export function globalAuth({ globalAuthUrl }: Settings): ExternalAuth | undefined {
  const host = hostOf(globalAuthUrl ?? '');
  if (globalAuthUrl === undefined || host === undefined) return undefined;
  const nothing = {
    method: undefined,
    requestRedirect: undefined,
    responseHeaders: [],
    alwaysSetCookie: false,
  };
  return { url: globalAuthUrl, host, ...nothing };
}

function readCors(values: AnnotationValues): Cors | undefined {
  if (!values.flag('enable-cors', false)) return undefined;
  const origins = items(values.lenient('cors-allow-origin') ?? '*');
  return {
    origins: origins.includes('*') ? ['*'] : origins,
    methods: values.lenient('cors-allow-methods') ?? 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
    headers:
      values.lenient('cors-allow-headers') ??
      'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
    exposeHeaders: values.lenient('cors-expose-headers') ?? '',
    credentials: values.flag('cors-allow-credentials', true),
    maxAge: values.number('cors-max-age', 1_728_000),
  };
}

/** A temporal redirect wins over a permanent one. */
function readRedirect(values: AnnotationValues): Annotations['redirect'] {
  const within = (code: number, last: number, otherwise: number): number =>
    code >= 300 && code <= last ? code : otherwise;
  const temporal = values.strict('temporal-redirect');
  if (temporal !== undefined)
    return { url: temporal, code: within(values.number('temporal-redirect-code', 0), 307, 302) };
  const permanent = values.strict('permanent-redirect');
  if (permanent === undefined) return undefined;
  return { url: permanent, code: within(values.number('permanent-redirect-code', 0), 308, 301) };
}

const isRange = (range: string): boolean => {
  const [address = '', length] = range.split('/');
  return isIP(address) !== 0 && (length === undefined || /^\d{1,3}$/.test(length));
};

function readCanary(values: AnnotationValues): Canary | undefined {
  if (!values.flag('canary', false)) return undefined;
  return {
    weight: values.number('canary-weight', 0),
    weightTotal: values.number('canary-weight-total', 100),
    header: values.lenient('canary-by-header'),
    headerValue: values.lenient('canary-by-header-value'),
    headerPattern: values.lenient('canary-by-header-pattern'),
    cookie: values.lenient('canary-by-cookie'),
  };
}

const serviceOf = (
  { metadata }: Ingress,
  name: string | undefined,
  services: ReadonlyMap<string, Service>,
): Service | undefined => (name === undefined ? undefined : services.get(`${metadata.namespace}/${name}`));

interface Access {
  readonly denied: string | undefined;
  readonly auth: ExternalAuth | undefined;
  readonly allow: readonly string[];
}

/** Who may come in. A value that the controller can not use closes the location with 503. */
function readAccess(values: AnnotationValues, settings: Settings): Access {
  const auth = readAuth(values);
  const lists = ['allowlist-source-range', 'whitelist-source-range'];
  const ranges = lists.map((name) => items(values.lenient(name))).find((list) => list.length > 0) ?? [];
  const listIsWrong = lists.some((name) => values.isInvalid(name)) || !ranges.every(isRange);
  if (auth === 'denied' || listIsWrong) {
    const denied = auth === 'denied' ? 'invalid external auth' : 'invalid address range';
    return { denied, auth: undefined, allow: [] };
  }
  return {
    denied: undefined,
    auth,
    allow: ranges.length > 0 ? ranges.sort() : settings.whitelistSourceRange,
  };
}

/**
 * Reads the annotations of one Ingress. A default backend that does not exist now is forgotten, without a word.
 * @throws RefusedIngress when one is invalid or too dangerous.
 */
export function readAnnotations(
  ingress: Ingress,
  settings: Settings,
  services: ReadonlyMap<string, Service>,
): Annotations {
  const values = new AnnotationValues(ingress);
  values.judgeRisk(settings.annotationsRiskLevel);
  const appRoot = values.lenient('app-root');
  return {
    ...readAccess(values, settings),
    enableGlobalAuth: values.flag('enable-global-auth', true),
    customHttpErrors: items(values.strict('custom-http-errors')).map(Number),
    disableProxyInterceptErrors: parseBool(values.strict('disable-proxy-intercept-errors') ?? '') ?? false,
    defaultBackend: serviceOf(ingress, values.strict('default-backend'), services),
    satisfy: values.lenient('satisfy') as 'any' | 'all' | undefined,
    cors: readCors(values),
    redirect: readRedirect(values),
    appRoot: appRoot?.startsWith('/') ? appRoot : undefined,
    sslRedirect: values.flag('ssl-redirect', settings.sslRedirect),
    forceSslRedirect: values.flag('force-ssl-redirect', settings.forceSslRedirect),
    preserveTrailingSlash: values.flag('preserve-trailing-slash', false),
    rewriteTarget: values.lenient('rewrite-target'),
    useRegex: values.flag('use-regex', false),
    bodySize: values.lenient('proxy-body-size') ?? settings.proxyBodySize,
    backendProtocol: values.lenient('backend-protocol')?.toUpperCase() === 'HTTPS' ? 'https' : 'http',
    upstreamVhost: values.lenient('upstream-vhost'),
    canary: readCanary(values),
  };
}
