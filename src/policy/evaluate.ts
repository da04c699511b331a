import { clientAddress } from '../access/client-address.ts';
import { closedTime, isAnyClosed, isShownBefore } from './closed.ts';
import type { Circumstances, Decision, GateRequest } from './decision.ts';
import type { ClosedTime, CompiledWindow, PolicySet } from './policy-set.ts';
import { exchange, isExchange, isSignOut, signOut } from './sign-in.ts';
import { Visit, type WayIn } from './visit.ts';

export type { Circumstances, Decision, GateRequest, Pass } from './decision.ts';
export { closedTime } from './closed.ts';

/**
 * May this request in? Every 200 of a gate comes from here: `orphan`, `open` and `pass` admit, nothing else does.
 * @param gate `namespace/ingress`
 */
export function evaluate(
  set: PolicySet,
  gate: string,
  request: GateRequest,
  circumstances: Circumstances,
): Decision {
  const compiled = set.gates.get(gate);
  if (compiled === undefined) return { outcome: 'orphan' };
  const client = clientAddress(request.headers, compiled.settings, set.cluster);
  const isOpen = !isAnyClosed(compiled.windows, circumstances.nowMs);
  if (isOpen && !isExchange(request.headers)) return { outcome: 'open', client };

  const visit = new Visit(compiled, { request, client, circumstances });
  if (isExchange(request.headers)) return exchange(visit);
  if (isSignOut(visit)) return signOut(visit);
  return decide(visit);
}

/** What a client without any pass meets at the gate, whatever part of its site is closed: what a probe reports. */
export function decisionWithoutPass(set: PolicySet, gate: string, nowMs: number): 'open' | 'closed' {
  return isAnyClosed(set.gates.get(gate)?.windows ?? [], nowMs) ? 'closed' : 'open';
}

/** One closed window that does not let it in is enough to keep it out. */
function decide(visit: Visit): Decision {
  let shown: CompiledWindow | undefined;
  let occurrence: ClosedTime | undefined;
  let shownWay: WayIn | undefined;
  let isLetIn = true;
  for (const window of visit.windows) {
    const time = closedTime(window, visit.nowMs);
    if (time === undefined || !visit.isClosedBy(window)) continue;
    const way = visit.wayPast(window);
    isLetIn &&= way !== undefined;
    if (!isShownBefore(time, occurrence)) continue;
    shown = window;
    occurrence = time;
    shownWay = way;
  }

  const { client } = visit;
  if (shown === undefined || occurrence === undefined) return { outcome: 'open', client };
  if (isLetIn && shownWay !== undefined) return { outcome: 'pass', ...shownWay, window: shown, client };
  const { badCredential } = visit;
  return badCredential === undefined
    ? { outcome: 'refuse', window: shown, occurrence, client }
    : { outcome: 'refuse', window: shown, occurrence, client, badCredential };
}
