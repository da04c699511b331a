import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ports } from '../api/names.ts';
import { InClusterTransport, inClusterServer } from '../kube/in-cluster-transport.ts';
import { Responder } from '../responder/responder.ts';
import manifest from '../../package.json' with { type: 'json' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `backsoon responder`: runs one replica until SIGTERM or SIGINT, then drains and ends the process.
 * @param argv the arguments after the program's name.
 * @throws Error when an argument or a variable is missing or wrong; the message says which.
 */
export async function run(argv: readonly string[], env: Environment): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: String(ports.gateContainer) },
      'admin-port': { type: 'string', default: String(ports.admin) },
      keys: { type: 'string', default: '/etc/backsoon/keys' },
    },
  });
  const log = pino({ name: 'responder' });
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
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
  });
  const leave = (): void => {
    void responder.drain().then(() => process.exit(0));
  };
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  await responder.start();
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set; a Pod gets it by the downward API (fieldRef)`);
  return value;
}

function portNumber(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new Error(`${flag} should be a port number, but is ${JSON.stringify(text)}`);
  return port;
}
