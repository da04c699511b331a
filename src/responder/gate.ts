import { clientAddress, type HeaderValue, type RequestHeaders } from '../access/client-address.ts';
import type { SigningKeys } from '../access/keys.ts';
import { forgedProbeAddress, probeHost, signEcho, verifyProbe } from '../access/probe.ts';
import { headers as names } from '../api/headers.ts';
import { type Circumstances, decisionWithoutPass, evaluate, type GateRequest } from '../policy/evaluate.ts';
import type { GateSettings, PolicySet } from '../policy/policy-set.ts';
import type { Answer } from './answer.ts';
import { gateOfTarget } from './gate-path.ts';
import type { Observation } from './observe/observation.ts';
import { bareRefusal, exchangeAnswer, refusal } from './refusal.ts';

/** What a gate's answer depends on besides its request. */
export interface GateContext {
  /** Undefined until the policies have been listed for the first time. */
  readonly policies: () => PolicySet | undefined;
  /** Undefined while there are none. */
  readonly keys: () => SigningKeys | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly requestId: () => string;
  readonly replica: string;
  readonly isShared: Circumstances['isShared'];
  /** Is told of each decision about a visitor; probes are not visitors. */
  readonly observe: (observation: Observation) => void;
  /** Is told of each probe that was found good. */
  readonly observeProbe: (gate: string) => void;
  /** Is told, once for each of its pages, that a window's template gave way to the built-in page. */
  readonly onTemplateProblem: (window: string, error: unknown) => void;
  /** Is told how long each answer took to make. */
  readonly observeAnswer: (seconds: number) => void;
}

/** A request as it came in on the gate port. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RequestHeaders;
}

const admission: Answer = { status: 200, headers: ['Cache-Control', 'no-store'], body: [] };
/** Every outcome that lets in, by name: no other one is admitted for want of a better answer. */
const admissions = { orphan: admission, open: admission, pass: admission };
const notFound: Answer = { status: 404, headers: ['Content-Type', 'text/plain'], body: ['not a gate\n'] };
const notAllowed: Answer = { status: 405, headers: ['Allow', 'GET, HEAD'], body: [] };

const notLoaded = bareRefusal(['Retry-After', '5']);

/** The answer to anything that comes in on the gate port. A 2xx is an admission and nothing else is 2xx. */
export function answerGate({ method, target, headers }: WireRequest, context: GateContext): Answer {
  const gate = gateOfTarget(target);
  if (gate === undefined) return notFound;
  if (method !== 'GET' && method !== 'HEAD') return notAllowed;
  const set = context.policies();
  if (set === undefined) return notLoaded;
  const startedMs = performance.now();
  const answer = decide({ gate, set, headers, nowMs: context.nowMs() }, context);
  context.observeAnswer((performance.now() - startedMs) / 1000);
  return answer;
}

/** A request of a gate, to be judged by these policies. */
interface Arrival {
  readonly gate: string;
  readonly set: PolicySet;
  readonly headers: RequestHeaders;
  readonly nowMs: number;
}

function decide(arrival: Arrival, context: GateContext): Answer {
  const { gate, set, headers, nowMs } = arrival;
  if (headers[names.probe] !== undefined) {
    const echo = answerProbe(arrival, context);
    if (echo !== undefined) return echo;
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

/** A good probe gets its echo, a 503: it never admits. A bad one is an ordinary request. */
function answerProbe({ gate, set, headers, nowMs }: Arrival, context: GateContext): Answer | undefined {
  const keys = context.keys();
  const host = probeHost(headers['x-forwarded-host']);
  const probe = keys && verifyProbe(headers[names.probe], { gate, host, nowMs }, keys);
  if (probe === undefined) return undefined;
  context.observeProbe(gate);
  const echo = signEcho(probe.key, {
    gate,
    nonce: probe.nonce,
    revision: set.gates.get(gate)?.revision ?? 'none',
    replica: context.replica,
    decision: decisionWithoutPass(set, gate, nowMs),
    spoofed: believesForgery(set, gate, headers),
  });
  return bareRefusal([names.echo, echo]);
}

/** Design §6 rule 7: the address that the probe made up is taken for its client's. */
function believesForgery(set: PolicySet, gate: string, headers: RequestHeaders): boolean {
  const client = clientAddress(headers, set.gates.get(gate)?.settings, set.cluster);
  return 'address' in client && client.address.text === forgedProbeAddress;
}

const single = (value: HeaderValue): string | undefined => (typeof value === 'string' ? value : undefined);
