import { type Answer, forbidden } from './answer.ts';
import { answerForward } from './forward.ts';
import type { Arrival, GateContext, WireRequest } from './gate-context.ts';
import { placeOfTarget } from './gate-path.ts';
import { answerNginxGate } from './nginx-gate.ts';
import { bareRefusal } from './refusal.ts';

export type { GateContext, WireRequest } from './gate-context.ts';

const notFound: Answer = { status: 404, headers: ['Content-Type', 'text/plain'], body: ['not a gate\n'] };
const notAllowed: Answer = { status: 405, headers: ['Allow', 'GET, HEAD'], body: [] };

/** How each flavour of gate is answered. Some settings of ingress-nginx make it ask by another method than GET. */
const flavours = {
  forward: { answer: answerForward, anyMethod: false, notLoaded: bareRefusal(['Retry-After', '5']) },
  nginx: { answer: answerNginxGate, anyMethod: true, notLoaded: forbidden },
} as const;

/** The answer to anything that comes in on the gate port. A 2xx is an admission and nothing else is 2xx. */
export function answerGate({ method, target, headers }: WireRequest, context: GateContext): Answer {
  const place = placeOfTarget(target);
  if (place === undefined) return notFound;
  const { gate, flavour } = place;
  const { answer, notLoaded, anyMethod } = flavours[flavour];
  if (!anyMethod && method !== 'GET' && method !== 'HEAD') return notAllowed;
  const set = context.policies();
  if (set === undefined) return notLoaded;
  const arrival: Arrival = { gate, set, headers, nowMs: context.nowMs() };
  const startedMs = performance.now();
  const answered = answer(arrival, context);
  context.observeAnswer((performance.now() - startedMs) / 1000);
  return answered;
}
