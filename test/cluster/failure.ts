/** Exit codes that mean something to a script; the numbers are those of sysexits.h. */
export const exitCodes = {
  usage: 64,
  /** What the platform lacks: Linux, namespaces, a program that cannot be installed. */
  unavailable: 69,
  /** The cluster itself did not come up. */
  software: 70,
} as const;

/** An error whose message is all that the reader needs: it is printed without a stack. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.software) {
    super(message);
    this.exitCode = exitCode;
  }
}
