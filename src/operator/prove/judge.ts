import type { Echo } from '../../access/probe.ts';
import { headers } from '../../api/headers.ts';
import type { ClassSettings } from '../../gates/driver.ts';
import type { Sighting } from '../fleet/sightings.ts';
import { DeadlineExceeded } from '../../kube/deadline.ts';
import type { Proof } from '../decide/observed.ts';
import type { ProbeResponse } from './probe-request.ts';

/** A verdict without an echo. */
const without = (verdict: Proof['verdict'], reason: Proof['reason'], message: string): Proof => ({
  verdict,
  decision: undefined,
  revision: undefined,
  spoofed: undefined,
  reason,
  message,
});

/** Nothing is known of the gate, and why. */
export const unproven = (reason: Proof['reason'], message: string): Proof =>
  without('Unproven', reason, message);

/** The gate answered. */
export const answered = (where: string, { decision, revision, replica, spoofed }: Echo): Proof => ({
  verdict: 'Proven',
  decision,
  revision,
  spoofed,
  reason: 'GatesProven',
  message: `${where} answered through the gate (responder ${replica}).`,
});

/** What came of a probe whose gate's own answer is not relayed (design D7). */
interface Witnessed {
  readonly sighting: Sighting;
  /** The page's. */
  readonly echo: Echo | undefined;
  readonly className: string;
}

/** Judges by what responders saw at the gate and what the page said; undefined: by the answer's status alone. */
export function seenAtGate(where: string, { sighting, echo, className }: Witnessed): Proof | undefined {
  if (typeof sighting === 'object' && !sighting.sentFrom) {
    return without(
      'Wrong',
      'OtherDataPlane',
      `${where} asked the gate, but it is not ingress-nginx: another ingress controller reads its annotations. If it is Traefik's ` +
        `provider kubernetesIngressNGINX, set the chart's value ingressControllers.${className}.driver to traefik-nginx.`,
    );
  }
  if (echo === undefined) return undefined;
  if (typeof sighting === 'object') return answered(where, { ...echo, spoofed: sighting.spoofed });
  if (sighting === 'unknown')
    return unproven(
      'NotProbed',
      `${where} shows the page, and a responder did not say whether the gate asked it.`,
    );
  return unproven(
    'NoEcho',
    `${where} shows the page, but did not ask the gate. Something else on the Ingress answers 403, or its app has no endpoints.`,
  );
}

/** What to look for when no answer came. */
function hint(error: unknown, { name, proxyProtocol = false }: ClassSettings): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DeadlineExceeded || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH')
    return 'Is there a NetworkPolicy that keeps the operator from the ingress controller?';
  if (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code?.startsWith('ERR_SSL') === true ||
    /hang up/.test(message)
  ) {
    return proxyProtocol
      ? `The chart's value ingressControllers.${name}.proxyProtocol is true: does the controller expect it?`
      : `If the controller expects the PROXY protocol, set the chart's value ingressControllers.${name}.proxyProtocol to true.`;
  }
  return `Does the controller listen there? See the chart's values ingressControllers.${name}.service and .ports.`;
}

/** No answer came. */
export const unreachable = (where: string, error: unknown, settings: ClassSettings): Proof =>
  unproven(
    'Unreachable',
    `${where} did not answer: ${error instanceof Error ? error.message : String(error)}. ${hint(error, settings)}`,
  );

interface Finding {
  readonly reason: Proof['reason'];
  readonly text: string;
}

const inFront: Finding = {
  reason: 'OtherAuthInFront',
  text:
    'another authentication, an address list or a firewall stands in front of the gate, so visitors meet it first. ' +
    'Put it behind the gate: on the Ingress or in the app, not on the entry point.',
};

const noRoute: Finding = {
  reason: 'NoRoute',
  text:
    'this Pod of the ingress controller has no route for the Ingress. It does not serve its class or its namespace at this ' +
    'entry point, or it can not load a Middleware that the annotation names.',
};

const noTraefikRoute: Finding = {
  reason: 'NoRoute',
  text:
    `${noRoute.text} Traefik also drops an Ingress with Middlewares whose namespace its option ` +
    'providers.kubernetesIngress.crossProviderNamespaces does not list (add it there), and one whose app has no endpoints ' +
    '(scale it up, or set providers.kubernetesIngress.allowEmptyServices to true).',
};

const noPage: Finding = {
  reason: 'NoRoute',
  text:
    'nginx has no route for the Ingress, or does not find the Service of the page, which it looks for only when the Ingress ' +
    'changes: it is changed once for that.',
};

const page: Finding = {
  reason: 'NoEcho',
  text:
    'a responder answered, but did not take the probe for the operator’s. Its clock is more than 5 s off, it holds other keys, ' +
    'or it belongs to another install.',
};

const failing: Finding = {
  reason: 'NoEcho',
  text:
    'the ingress controller failed. It may not reach the responder (look for a NetworkPolicy), or it asks for the app without ' +
    'the gate, and the app is down.',
};

const siteAnswers: Finding = {
  reason: 'SiteAnswers',
  text:
    'the site itself answered. The ingress controller has not read the annotation, another Ingress or route takes this host ' +
    'and path first, or the responder’s clock is more than 5 s off.',
};

const speaksHttp = ({ name }: ClassSettings): Finding => ({
  reason: 'NoEcho',
  text: `the controller did not understand the PROXY protocol. Set the chart's value ingressControllers.${name}.proxyProtocol to false.`,
});

const redirected = (location: string): Finding => ({
  reason: 'RedirectedElsewhere',
  text:
    `it sends visitors on to ${location}, and only https on the same host is followed. Whatever redirects stands in front of the ` +
    'gate, or the gate is not there.',
});

const inFrontStatuses: ReadonlySet<number> = new Set([401, 403, 407]);

/** Why controllers answer 404, where more can be said. */
const withoutRoute: Readonly<Partial<Record<ClassSettings['driver'], Finding>>> = {
  'ingress-nginx': noPage,
  traefik: noTraefikRoute,
};

function findingOf({ status, headers: fields }: ProbeResponse, settings: ClassSettings): Finding {
  if (fields[headers.window] !== undefined) return page;
  if (inFrontStatuses.has(status)) return inFront;
  if (status === 404) return withoutRoute[settings.driver] ?? noRoute;
  if (status === 400 && settings.proxyProtocol === true) return speaksHttp(settings);
  if (status >= 300 && status < 400 && fields.location !== undefined) return redirected(fields.location);
  return status >= 500 ? failing : siteAnswers;
}

/** Something answered in the gate's place. */
export function wrong(where: string, response: ProbeResponse, settings: ClassSettings): Proof {
  const { reason, text } = findingOf(response, settings);
  return without(
    'Wrong',
    reason,
    `${where} answered ${response.status} without the gate's signature: ${text}`,
  );
}

/**
 * Something answered, and it was not the gate: it is gone there. A 5xx may be that of a gate whose responder can not be
 * reached, so it tells nothing.
 */
export const gone = (where: string, { status }: ProbeResponse): Proof =>
  status >= 500
    ? unproven('NoEcho', `${where} answered ${status}: that may be a gate without a responder, or the site.`)
    : without('Gone', 'GatesProven', `${where} answered ${status} without the gate.`);
