import type { Logger } from 'pino';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error when the variable is missing. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set; a Pod gets it by the downward API (fieldRef)`);
  return value;
}

/**
 * A switch; off when the variable is missing or empty.
 * @throws Error when it is neither `true` nor `false`.
 */
export function isOn(env: Environment, name: string): boolean {
  const value = env[name] || 'false';
  if (value !== 'true' && value !== 'false') {
    throw new Error(`${name} should be true or false, but is ${JSON.stringify(value)}`);
  }
  return value === 'true';
}

/** @throws Error when the text is no port number. */
export function portNumber(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new Error(`${flag} should be a port number, but is ${JSON.stringify(text)}`);
  }
  return port;
}

/** A failure that nobody handles ends the process: its Pod starts again from a state that is known. */
export function exitOnSurprise(log: Logger): void {
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
}
