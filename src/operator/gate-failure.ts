import { annotations, preWired } from '../api/names.ts';
import { isKubeError, isTransient } from '../kube/errors.ts';
import type { WriteFailure } from './decide/observed.ts';

/** Why a gate could not be written, in words for the person who reads the window's status (design D5); undefined when it may well work a little later. */
export function gateFailure(gate: string, error: unknown): WriteFailure | undefined {
  // What will pass is tried again, and is nobody's fault.
  if (isTransient(error) || isKubeError(error, 'NotLeading') || isKubeError(error, 'Conflict'))
    return undefined;
  if (isKubeError(error, 'FieldManagerConflict')) {
    const owners = error.conflicts.map(({ field, manager }) => `${field} (held by ${manager})`).join(', ');
    return {
      reason: 'Conflict',
      message:
        `Ingress ${gate}: ${owners} belongs to somebody else, and Backsoon takes nothing over by force. ` +
        `Let its owner commit our value and the annotation ${annotations.gate}: ${preWired}, or leave the key out.`,
    };
  }
  if (isKubeError(error, 'Forbidden')) {
    return {
      reason: 'Forbidden',
      message: `Ingress ${gate}: the API server forbids the write: ${error.serverMessage}`,
    };
  }
  if (isKubeError(error, 'NotFound') && error.attempt.resource !== 'ingresses.networking.k8s.io') {
    return {
      reason: 'WriteFailed',
      message: `Ingress ${gate}: the cluster does not serve ${error.attempt.resource}: install the ingress controller's CRDs.`,
    };
  }
  const message = isKubeError(error)
    ? error.serverMessage
    : error instanceof Error
      ? error.message
      : String(error);
  return { reason: 'WriteFailed', message: `Ingress ${gate}: ${message}` };
}
