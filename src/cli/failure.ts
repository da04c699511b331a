import { isKubeError, type KubeError } from '../kube/errors.ts';

/** What the program's exit code means; docs/cli.md says the same. */
export const exitCodes = {
  done: 0,
  /** The cluster said no, or what was asked can not be done. */
  failed: 1,
  /** A flag or an argument is wrong: nothing was done. */
  usage: 2,
  /** What was waited for did not happen in time. */
  timeout: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure in words for the person who typed the command. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A flag or an argument is wrong. */
export const usageFailure = (message: string): CliFailure => new CliFailure(message, exitCodes.usage);

const kubeWords = (error: KubeError): string => {
  const { verb, resource, name } = error.attempt;
  const where = verb === 'list' ? ` in namespace ${name}` : ` ${name}`;
  const what = `${verb} ${resource}${name === '' ? '' : where}`;
  switch (error.code) {
    case 'Unreachable':
    case 'Timeout':
      return `The API server does not answer (${error.serverMessage}). Is --context the right one?`;
    case 'Unauthorized':
      return `The API server does not know you (${error.serverMessage}): log in again, or choose another --context.`;
    case 'Forbidden':
      return `You may not ${what}: ${error.serverMessage}`;
    case 'NotFound':
      return verb === 'list' && resource.startsWith('maintenancewindows')
        ? 'This cluster knows no MaintenanceWindow: is Backsoon installed, and --context the right one?'
        : `${error.serverMessage} (${what})`;
    default:
      return `${error.serverMessage} (${what})`;
  }
};

/** Any failure, in words for a person. */
export const inWords = (error: unknown): string => {
  if (isKubeError(error)) return kubeWords(error);
  return error instanceof Error ? error.message : String(error);
};
