import type { RequestHeaders } from '../access/client-address.ts';
import { probeHost } from '../access/probe.ts';
import { type Decision, evaluate, type GateRequest } from '../policy/evaluate.ts';
import type { GateSettings } from '../policy/policy-set.ts';
import { type Closed, forbidden } from './answer.ts';
import type { Arrival, GateContext, WireRequest } from './gate-context.ts';
import { asGate } from './gate-path.ts';
import { echoOf, goodProbe } from './probes.ts';
import { bareRefusal, exchangeAnswer, refusal } from './refusal.ts';
import { nginxRequestId } from './request-id.ts';

/**
 * The answer to what comes in beside the gates. ingress-nginx fetches it in place of a 403, ours or its own, and names the
 * Ingress in X-Namespace and X-Ingress-Name. It decides again, for it was not told what the gate said: the page, the end of a
 * staff link's way, a probe's echo; who is let in has met the Ingress's own 403. It counts nothing: the gate has.
 *
 * What a visitor gains who writes these headers, wherever they can get them through: nothing is admitted here, the type
 * says so, and no gate asks here. Through ingress-nginx the two names are nginx's own on this way. On a gate's way they are
 * not read. Traefik and haproxy-ingress only ask gates. Whoever reaches this port otherwise (a Pod, or an Ingress whose own
 * backend is our Service) meets the page of any window that they name, as every visitor of its site does; a cookie only for
 * a token that is good there, so that they could have had it from that site; an echo only for a probe that the operator
 * signed for this very gate: they have one only when they serve that gate's visitors, and those meet them whatever the operator
 * believes. The echo proves no gate of nginx's flavour: its nonce has to be seen on the gate's own path.
 */
export function answerPage({ method, headers }: WireRequest, context: GateContext): Closed {
  const gate = gateOfNames(headers);
  if (gate === undefined || isForApp(headers)) return bare;
  const set = context.policies();
  if (set === undefined) return notLoaded;
  // Here a visitor can write it.
  const arrival = { gate, set, headers: { ...headers, 'x-real-ip': undefined }, nowMs: context.nowMs() };
  const probe = goodProbe(arrival, probeHost(headers['host']), context);
  if (probe !== undefined) return echoOf(probe, arrival, context.replica);
  return pageFor(arrival, method, context);
}

const bare = bareRefusal([]);
const notLoaded = bareRefusal(['Retry-After', '5']);

function gateOfNames(headers: RequestHeaders): string | undefined {
  const [namespace, ingress] = [headers['x-namespace'], headers['x-ingress-name']];
  return typeof namespace === 'string' && typeof ingress === 'string'
    ? asGate(`${namespace}/${ingress}`)
    : undefined;
}

/**
 * Is it a visitor's own request, under its own path, which nginx sends here in place of an app without endpoints? It was let
 * in, and the app would have answered so.
 */
export const isForApp = (headers: RequestHeaders): boolean =>
  headers['x-code'] === '503' && gateOfNames(headers) !== undefined;

/** As far as replicas' clocks may be from each other; who refused may be another one than who is asked for the page. */
const flipMs = 2_000;

function pageFor(arrival: Arrival, method: string, context: GateContext): Closed {
  const { gate, set, headers } = arrival;
  const request = requestSeen(method, headers, set.gates.get(gate)?.settings?.sees);
  const { isShared, onTemplateProblem } = context;
  const decideAt = (nowMs: number): Decision =>
    evaluate(set, gate, request, { nowMs, keys: context.keys(), isShared });
  // A visitor who was refused in the moment of a flip must not take the site for one that forbids.
  for (const nowMs of [arrival.nowMs, arrival.nowMs - flipMs, arrival.nowMs + flipMs]) {
    const decision = decideAt(nowMs);
    switch (decision.outcome) {
      case 'refuse':
      case 'sign-out': {
        const requestId = nginxRequestId(headers, context.requestId);
        return refusal(decision, { request, nowMs, random: context.random(), requestId, onTemplateProblem });
      }
      case 'exchange':
        return exchangeAnswer(decision);
      case 'orphan':
      case 'pass':
        return forbidden;
      case 'open':
    }
  }
  return forbidden;
}

/**
 * Everything that a visitor could write here is left alone: X-Original-Method and -URL, X-Forwarded-Host, X-Real-IP. The host
 * is not shown, as at the gate.
 */
const requestSeen = (
  method: string,
  headers: RequestHeaders,
  sees: GateSettings['sees'] | undefined,
): GateRequest => {
  const target = headers['x-original-uri'];
  return {
    headers,
    method: sees?.method === true ? method : undefined,
    target: sees?.path === true && typeof target === 'string' ? target : undefined,
    host: undefined,
  };
};
