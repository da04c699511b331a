import { annotations, preWired } from '../api/names.ts';
import { isKubeError, isTransient } from '../kube/errors.ts';
import type { WriteFailure } from './decide/observed.ts';

/** What will pass is tried again, and is nobody's fault. */
const isPassing = (error: unknown): boolean =>
  isTransient(error) || isKubeError(error, 'NotLeading') || isKubeError(error, 'Conflict');

/** An admission webhook that can not be called, and anything else that the API server itself fails at: it may last. */
const isInternal = (error: unknown): boolean => isKubeError(error, 'ServerError') && error.status === 500;

const wordsOf = (error: unknown): string => {
  if (isKubeError(error)) return error.serverMessage;
  return error instanceof Error ? error.message : String(error);
};

const refusal = (what: string, error: unknown): WriteFailure =>
  isKubeError(error, 'Forbidden')
    ? { reason: 'Forbidden', message: `${what}: the API server forbids the write: ${error.serverMessage}` }
    : { reason: 'WriteFailed', message: `${what}: ${wordsOf(error)}` };

/** Why a gate could not be written, in words for the person who reads the window's status (design D5); undefined when it may well work a little later. */
export function gateFailure(gate: string, error: unknown): WriteFailure | undefined {
  if (isPassing(error) && !isInternal(error)) return undefined;
  if (isKubeError(error, 'FieldManagerConflict')) {
    const owners = error.conflicts.map(({ field, manager }) => `${field} (held by ${manager})`).join(', ');
    return {
      reason: 'Conflict',
      message:
        `Ingress ${gate}: ${owners} belongs to somebody else, and Backsoon takes nothing over by force. ` +
        `Let its owner commit our value and the annotation ${annotations.gate}: ${preWired}, or leave the key out.`,
    };
  }
  if (isKubeError(error, 'NotFound') && error.attempt.resource !== 'ingresses.networking.k8s.io') {
    return {
      reason: 'WriteFailed',
      message: `Ingress ${gate}: the cluster does not serve ${error.attempt.resource}: install the ingress controller's CRDs.`,
    };
  }
  return refusal(`Ingress ${gate}`, error);
}

/**
 * Why a window's policy could not be written, as {@link gateFailure} says it of a gate.
 * @param configMap `namespace/name`
 */
export function policyFailure(configMap: string, error: unknown): WriteFailure | undefined {
  if (isPassing(error) && !isInternal(error)) return undefined;
  return refusal(`The responders can not be told of this window. ConfigMap ${configMap}`, error);
}
