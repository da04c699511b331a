import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ports } from '../api/names.ts';
import { InClusterTransport, inClusterServer } from '../kube/in-cluster-transport.ts';
import { Responder } from '../responder/responder.ts';
import type { Environment } from './environment.ts';
import { exitOnSurprise, isOn, portNumber, required } from './environment.ts';
import manifest from '../../package.json' with { type: 'json' };

/** With an access log lines are written together: one write for each would cost more than the answer. */
const inBatches = { minLength: 8 * 1024, periodicFlush: 1000 };

/**
 * `backsoon responder`: runs one replica until SIGTERM or SIGINT, then drains and ends the process.
 * @param argv the arguments after the program's name.
 * @param nowMs epoch milliseconds; a test sets it wrong.
 * @throws Error when an argument or a variable is missing or wrong; the message says which.
 */
export async function run(
  argv: readonly string[],
  env: Environment,
  nowMs: () => number = Date.now,
): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: String(ports.gateContainer) },
      'admin-port': { type: 'string', default: String(ports.admin) },
      keys: { type: 'string', default: '/etc/backsoon/keys' },
    },
  });
  const hasAccessLog = isOn(env, 'BACKSOON_ACCESS_LOG');
  // One stream for both logs: two of them could cut each other's lines.
  const stdout = pino.destination({ dest: 1, ...(hasAccessLog && inBatches) });
  process.once('exit', () => stdout.flushSync());
  const log = pino({ name: 'responder' }, stdout);
  exitOnSurprise(log);
  const responder = new Responder({
    transport: new InClusterTransport({ server: inClusterServer(env) }),
    namespace: required(env, 'POD_NAMESPACE'),
    replica: required(env, 'POD_NAME'),
    version: manifest.version,
    keysDirectory: values.keys,
    ports: {
      gate: portNumber('--port', values.port),
      admin: portNumber('--admin-port', values['admin-port']),
    },
    log,
    accessLog: hasAccessLog ? pino({ name: 'access' }, stdout) : undefined,
    nowMs,
  });
  const leave = (): void => {
    void responder.drain().then(() => process.exit(0));
  };
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  await responder.start();
}
