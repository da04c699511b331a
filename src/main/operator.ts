import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { InClusterTransport, inClusterServer } from '../kube/in-cluster-transport.ts';
import type { Transport } from '../kube/transport.ts';
import { parseConfig } from '../operator/config.ts';
import { parseTemplate } from '../operator/fleet/template.ts';
import { runOperator } from '../operator/operator.ts';
import type { Environment } from './environment.ts';
import { exitOnSurprise, portNumber, required } from './environment.ts';

/** The way to the API server; a test puts something in between. */
export type TransportFactory = (env: Environment) => Transport | Promise<Transport>;

const podTransport: TransportFactory = async (env) =>
  env['KUBERNETES_SERVICE_HOST'] === undefined
    ? (await import('./kubeconfig.ts')).kubeconfigTransport()
    : new InClusterTransport({ server: inClusterServer(env) });

/**
 * `backsoon operator`: runs one replica until SIGTERM or SIGINT, and ends the process when the lead is lost.
 * @param argv the arguments after the program's name
 * @throws Error when an argument, a variable or a setting is missing or wrong; the message says which
 */
export async function run(
  argv: readonly string[],
  env: Environment,
  makeTransport: TransportFactory = podTransport,
): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', default: '/etc/backsoon/operator.yaml' },
      'responder-template': { type: 'string', default: '/etc/backsoon/responder.yaml' },
      'admin-port': { type: 'string', default: '8081' },
    },
  });
  const installNamespace = required(env, 'POD_NAMESPACE');
  const config = parseConfig(await readFile(values.config, 'utf8'));
  const template = parseTemplate(await readFile(values['responder-template'], 'utf8'), installNamespace);
  const log = pino({ name: 'operator', level: config.logLevel });
  exitOnSurprise(log);
  const leave = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => leave.abort());
  const isDone = await runOperator(
    {
      transport: await makeTransport(env),
      config,
      template,
      installNamespace,
      replica: required(env, 'POD_NAME'),
      ownAddresses: (env['POD_IPS'] ?? '').split(',').filter((address) => address !== ''),
      adminPort: portNumber('--admin-port', values['admin-port']),
      log,
    },
    leave.signal,
  ).catch((error: unknown) => {
    // Watches and the admin server would keep the process alive.
    log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
    process.exit(1);
  });
  if (!isDone) log.error('the lead is lost');
  process.exit(isDone ? 0 : 1);
}
