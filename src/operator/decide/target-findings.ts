import type { Finding } from './conditions.ts';
import type { SharedHost, StrayCanary, Targets } from './targets.ts';

const no = (reason: Finding['reason'], message: string): Finding => ({ status: 'False', reason, message });

/** What is wrong with what a window asks for; undefined: nothing. */
export function targetProblem({
  ingresses,
  missing,
  elsewhere,
  strayCanaries: [stray],
}: Targets): Finding | undefined {
  if (missing.length > 0) {
    return no(
      'TargetNotFound',
      `spec.targets names Ingress ${missing.join(', ')}, which does not exist in this namespace.`,
    );
  }
  if (stray !== undefined) return no('NoTargets', strayText(stray));
  if (ingresses.length > 0) return undefined;
  if (elsewhere > 0) {
    return no(
      'NoTargets',
      `spec.only.hosts names no host of the Ingresses that spec.targets selects (${elsewhere}): nothing closes.`,
    );
  }
  return no('NoTargets', 'spec.targets selects no Ingress of this namespace.');
}

const strayText = ({ name, main }: StrayCanary): string =>
  `spec.targets selects Ingress ${name}, a canary: its controller serves it by the gate of its main Ingress, ` +
  (main === undefined
    ? 'and there is none in this namespace. Target the Ingress that serves the host.'
    : `${main}, which spec.targets does not cover. Target ${main}; its canaries close with it.`);

/** Where a covered host stays open, because an Ingress that is not covered serves it too. */
export const sharedText = ({ ingress, host }: SharedHost): string =>
  `Ingress ${ingress} serves ${host === undefined ? 'hosts that no rule names' : `host ${host}`} too, and this window does not cover ` +
  'it: what it serves there stays open. Add it to spec.targets, if that is to close as well.';
