import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { addresses, ports } from '../addresses.ts';
import type { Certificate } from '../certificates.ts';
import type { NodeAgent } from './agent.ts';

/** What `kubectl logs` asks for: `/containerLogs/<namespace>/<pod>/<container>?tailLines=N`. */
function logOf(agent: NodeAgent, url: URL): string | undefined {
  const [, kind, namespace = '', pod = '', name] = url.pathname.split('/');
  if (kind !== 'containerLogs') return undefined;
  const container = agent.find(namespace, pod).containers.find((container) => container.name === name);
  if (container === undefined) return undefined;
  const log = readFileSync(container.logPath, 'utf8');
  const lines = Number(url.searchParams.get('tailLines') ?? Number.NaN);
  return Number.isNaN(lines) ? log : `${log.trimEnd().split('\n').slice(-lines).join('\n')}\n`;
}

/** Serves the part of the kubelet's API that `kubectl logs` needs; it follows nothing. */
export function serveKubelet(agent: NodeAgent, certificate: Certificate): void {
  const tls = { key: readFileSync(certificate.key), cert: readFileSync(certificate.certificate) };
  const server = createServer(tls, (request, response) => {
    try {
      const log = logOf(agent, new URL(request.url ?? '/', 'https://node'));
      response.writeHead(log === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(log);
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  });
  server.listen(ports.kubelet, addresses.node);
}
