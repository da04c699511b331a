import type { RequestHeaders } from '../access/client-address.ts';
import { probeHost } from '../access/probe.ts';
import { sentFromNginx } from '../api/headers.ts';
import { type Decision, evaluate, type GateRequest } from '../policy/evaluate.ts';
import type { GateSettings } from '../policy/policy-set.ts';
import { admission, type Answer, forbidden } from './answer.ts';
import type { Arrival, GateContext } from './gate-context.ts';
import { originalUrl } from './original-url.ts';
import { goodProbe, seenProbe } from './probes.ts';
import { nginxRequestId } from './request-id.ts';

/**
 * The answer to a gate of nginx, whose auth_request takes 2xx, 401 and 403 and makes a 500 of anything else: 200 or 403. nginx
 * copies Set-Cookie of a 200 to the visitor and drops all else, so neither has a header that is meant for anybody.
 */
export function answerNginxGate(arrival: Arrival, context: GateContext): Answer {
  const { gate, set, headers, nowMs } = arrival;
  const probe = goodProbe(arrival, shownHost(headers), context);
  if (probe !== undefined) {
    const isFromNginx = headers['x-sent-from'] === sentFromNginx;
    context.observeProbe('nginx', seenProbe(probe, arrival, isFromNginx));
    return forbidden;
  }
  const request = requestSeen(headers, set.gates.get(gate)?.settings?.sees);
  const { isShared } = context;
  const decision = evaluate(set, gate, request, { nowMs, keys: context.keys(), isShared });
  const requestId = hasPage(decision) ? nginxRequestId(headers, context.requestId) : undefined;
  context.observe({ gate, decision, request, nowMs, requestId });
  return isAdmitted(decision) ? admission : forbidden;
}

/** Every outcome that lets in, by name: no other one is admitted for want of a better answer. */
function isAdmitted({ outcome }: Decision): boolean {
  switch (outcome) {
    case 'orphan':
    case 'open':
    case 'pass':
      return true;
    case 'refuse':
    case 'exchange':
    case 'sign-out':
      return false;
  }
}

const hasPage = ({ outcome }: Decision): boolean => outcome === 'refuse' || outcome === 'sign-out';

/**
 * Everything that a visitor could write here is left alone: X-Forwarded-Method, -Uri and -Host, X-Original-URI, X-Namespace.
 * The host is never shown: a visitor who asks `GET http://shop.test/` with `Host: a.test` is served as shop.test, and
 * nginx says a.test. Whoever thinks that it is shown closes all hosts and gives no cookies.
 */
function requestSeen(headers: RequestHeaders, sees: GateSettings['sees'] | undefined): GateRequest {
  const method = headers['x-original-method'];
  return {
    headers,
    method: sees?.method === true && typeof method === 'string' ? method : undefined,
    target: sees?.path === true ? originalUrl(headers['x-original-url'])?.target : undefined,
    host: undefined,
  };
}

/** Whom a probe asked for; X-Forwarded-Host is what other data planes say that read the same annotations. */
const shownHost = (headers: RequestHeaders): string =>
  probeHost(originalUrl(headers['x-original-url'])?.host ?? headers['x-forwarded-host']);
