// A responder in a process of its own: argv are the API server's URL, the service account's directory and the port.
import { pino } from 'pino';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import { Responder } from '../../../src/responder/responder.ts';
import { namespace } from '../../unit/responder/policy-server.ts';

const [server = '', directory = '', port = ''] = process.argv.slice(2);
const responder = new Responder({
  transport: new InClusterTransport({ server, directory }),
  namespace,
  replica: 'bench',
  version: '0.0.0',
  keysDirectory: directory,
  ports: { gate: Number(port), admin: 0 },
  log: pino({ level: 'error' }),
  drainMs: 0,
});
process.once('SIGTERM', () => void responder.drain().then(() => process.exit(0)));
await responder.start();
