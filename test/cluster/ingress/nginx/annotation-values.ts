import { keyOf, type Ingress } from './objects.ts';
import { parseBool, risks, type Risk } from './settings.ts';

/** The controller refuses the whole Ingress and goes on with what it knew of it before. */
export class RefusedIngress extends Error {}

const prefix = 'nginx.ingress.kubernetes.io/';

const text = String.raw`\-._~a-zA-Z0-9/:`;
const url = new RegExp(`^[${text},?&= ]*$`);
const urlWithVariables = new RegExp(`^[${text},?&=$ ]*$`);
const header = /^[\w-]*$/;
const headers = /^[\w, -]*$/;
const flag = /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;
const integer = /^[+-]?\d+$/;
const methods = /^(GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$/;
const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const plain = new RegExp(`^[${text}]*$`);

/** What each annotation may say, and how dangerous the controller takes it to be. */
const known: Readonly<Record<string, { readonly risk: Risk; readonly valid: RegExp }>> = {
  'auth-url': { risk: 'High', valid: urlWithVariables },
  'auth-method': { risk: 'Low', valid: methods },
  'auth-request-redirect': { risk: 'Medium', valid: url },
  'auth-response-headers': { risk: 'Medium', valid: headers },
  'auth-always-set-cookie': { risk: 'Low', valid: flag },
  'enable-global-auth': { risk: 'Low', valid: flag },
  'custom-http-errors': { risk: 'Low', valid: /^(?:[4,5]\d{2},? *)*$/ },
  'disable-proxy-intercept-errors': { risk: 'Low', valid: flag },
  'default-backend': { risk: 'Low', valid: serviceName },
  satisfy: { risk: 'Low', valid: /^ *(any|all) *$/ },
  'whitelist-source-range': { risk: 'Medium', valid: /^[0-9a-fA-F.:/, ]*$/ },
  'allowlist-source-range': { risk: 'Medium', valid: /^[0-9a-fA-F.:/, ]*$/ },
  'enable-cors': { risk: 'Low', valid: flag },
  'cors-allow-origin': { risk: 'Medium', valid: /^[\w:/*., -]*$/ },
  'cors-allow-methods': { risk: 'Medium', valid: /^([A-Za-z]+,?\s?)+$/ },
  'cors-allow-headers': { risk: 'Medium', valid: headers },
  'cors-expose-headers': { risk: 'Medium', valid: /^(([\w-]+|\*),?\s?)+$/ },
  'cors-allow-credentials': { risk: 'Low', valid: flag },
  'cors-max-age': { risk: 'Low', valid: integer },
  'temporal-redirect': { risk: 'Medium', valid: url },
  'temporal-redirect-code': { risk: 'Low', valid: integer },
  'permanent-redirect': { risk: 'Medium', valid: url },
  'permanent-redirect-code': { risk: 'Low', valid: integer },
  'app-root': { risk: 'Medium', valid: /^\/?[\w\-.~/:$]*$/ },
  'ssl-redirect': { risk: 'Low', valid: flag },
  'force-ssl-redirect': { risk: 'Medium', valid: flag },
  'preserve-trailing-slash': { risk: 'Medium', valid: flag },
  'rewrite-target': { risk: 'Medium', valid: /^\/?[\w\-.~/:$]*$/ },
  'use-regex': { risk: 'Low', valid: flag },
  'proxy-body-size': { risk: 'Medium', valid: /^\d+[bkmg]?$/i },
  'backend-protocol': { risk: 'Low', valid: /^(HTTP|HTTPS|AUTO_HTTP|GRPC|GRPCS|FCGI)$/i },
  'upstream-vhost': { risk: 'Low', valid: plain },
  canary: { risk: 'Low', valid: flag },
  'canary-weight': { risk: 'Low', valid: integer },
  'canary-weight-total': { risk: 'Low', valid: integer },
  'canary-by-header': { risk: 'Medium', valid: header },
  'canary-by-header-value': { risk: 'Medium', valid: plain },
  'canary-by-header-pattern': { risk: 'Medium', valid: /^[^\r\n]*$/ },
  'canary-by-cookie': { risk: 'Medium', valid: header },
};

/** The values of one Ingress, each judged when it is asked for. */
export class AnnotationValues {
  readonly #annotations: Readonly<Record<string, string>>;
  readonly #ingress: string;

  constructor(ingress: Ingress) {
    this.#annotations = ingress.metadata.annotations ?? {};
    this.#ingress = keyOf(ingress);
  }

  /** @throws RefusedIngress when an annotation is more dangerous than the administrator allows. */
  judgeRisk(most: Risk): void {
    for (const name of Object.keys(this.#annotations)) {
      const risk = name.startsWith(prefix) ? known[name.slice(prefix.length)]?.risk : undefined;
      if (risk !== undefined && risks.indexOf(risk) > risks.indexOf(most)) {
        throw new RefusedIngress(`${this.#ingress}: annotation ${name} is too risky for environment`);
      }
    }
  }

  /** Undefined when it is missing, empty or invalid. */
  lenient(name: string): string | undefined {
    const value = this.#annotations[prefix + name]?.trim();
    return value === undefined || value === '' || !known[name]?.valid.test(value) ? undefined : value;
  }

  /** @throws RefusedIngress when the value is invalid. */
  strict(name: string): string | undefined {
    const value = this.#annotations[prefix + name]?.trim();
    if (value === undefined || value === '') return undefined;
    if (known[name]?.valid.test(value) ?? true) return value;
    throw new RefusedIngress(`${this.#ingress}: annotation ${prefix}${name} contains invalid value ${value}`);
  }

  /** True when the annotation has a value that is not valid. */
  isInvalid(name: string): boolean {
    const value = this.#annotations[prefix + name]?.trim() ?? '';
    return value !== '' && !known[name]?.valid.test(value);
  }

  flag(name: string, otherwise: boolean): boolean {
    return parseBool(this.lenient(name) ?? '') ?? otherwise;
  }

  number(name: string, otherwise: number): number {
    const value = this.lenient(name);
    return value === undefined ? otherwise : Number(value);
  }
}
