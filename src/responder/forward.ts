import type { HeaderValue, RequestHeaders } from '../access/client-address.ts';
import { probeHost } from '../access/probe.ts';
import { evaluate, type GateRequest } from '../policy/evaluate.ts';
import type { GateSettings } from '../policy/policy-set.ts';
import { admission, type Answer } from './answer.ts';
import type { Arrival, GateContext } from './gate-context.ts';
import { echoOf, goodProbe, seenProbe } from './probes.ts';
import { exchangeAnswer, refusal } from './refusal.ts';

/** Every outcome that lets in, by name: no other one is admitted for want of a better answer. */
const admissions = { orphan: admission, open: admission, pass: admission };

/** The answer to a gate whose controller relays what is no 2xx to the visitor as it is: an admission, or the page itself. */
export function answerForward(arrival: Arrival, context: GateContext): Answer {
  const { gate, set, headers, nowMs } = arrival;
  const probe = goodProbe(arrival, probeHost(headers['x-forwarded-host']), context);
  if (probe !== undefined) {
    context.observeProbe('forward', seenProbe(probe, arrival, false));
    return echoOf(probe, arrival, context.replica);
  }
  const request = requestSeen(headers, set.gates.get(gate)?.settings?.sees);
  const { isShared } = context;
  const decision = evaluate(set, gate, request, { nowMs, keys: context.keys(), isShared });
  if (decision.outcome === 'refuse' || decision.outcome === 'sign-out') {
    const requestId = context.requestId();
    context.observe({ gate, decision, request, nowMs, requestId });
    const { onTemplateProblem } = context;
    return refusal(decision, { request, nowMs, random: context.random(), requestId, onTemplateProblem });
  }
  context.observe({ gate, decision, request, nowMs, requestId: undefined });
  return decision.outcome === 'exchange' ? exchangeAnswer(decision) : admissions[decision.outcome];
}

/** Nothing of it is relied on that the gate's class does not show for sure: neither to decide nor to answer. */
const requestSeen = (headers: RequestHeaders, sees: GateSettings['sees'] | undefined): GateRequest => ({
  headers,
  method: sees?.method === true ? single(headers['x-forwarded-method']) : undefined,
  target: sees?.path === true ? single(headers['x-forwarded-uri']) : undefined,
  host: sees?.host === true ? single(headers['x-forwarded-host']) : undefined,
});

const single = (value: HeaderValue): string | undefined => (typeof value === 'string' ? value : undefined);
