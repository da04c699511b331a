import { type Answer, type Closed, forbidden } from './answer.ts';
import { answerForward } from './forward.ts';
import type { Arrival, GateContext, WireRequest } from './gate-context.ts';
import { placeOfTarget } from './gate-path.ts';
import { answerNginxGate } from './nginx-gate.ts';
import { answerPage, isForApp } from './nginx-page.ts';
import { bareRefusal } from './refusal.ts';

export type { GateContext, WireRequest } from './gate-context.ts';

const notAllowed: Closed = { status: 405, headers: ['Allow', 'GET, HEAD'], body: [] };

/** How each flavour of gate is answered. Some settings of ingress-nginx make it ask by another method than GET. */
const flavours = {
  forward: { answer: answerForward, anyMethod: false, undecided: bareRefusal(['Retry-After', '5']) },
  nginx: { answer: answerNginxGate, anyMethod: true, undecided: forbidden },
} as const;

/** The answer to anything that comes in on the gate port. A 2xx is an admission and nothing else is 2xx. */
export function answerGate(request: WireRequest, context: GateContext): Answer {
  const { method, target, headers } = request;
  const place = placeOfTarget(target);
  if (place === undefined) return answerPage(request, context);
  const { gate, flavour } = place;
  const { answer, anyMethod, undecided } = flavours[flavour];
  const set = context.policies();
  // A visitor's own request for `/gate/forward/other/site` must not be judged as a question about that site.
  if (set === undefined || isForApp(headers)) return undecided;
  if (!anyMethod && method !== 'GET' && method !== 'HEAD') return notAllowed;
  const arrival: Arrival = { gate, set, headers, nowMs: context.nowMs() };
  const startedMs = performance.now();
  const answered = answer(arrival, context);
  context.observeAnswer((performance.now() - startedMs) / 1000);
  return answered;
}
