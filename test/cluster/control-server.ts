import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ControlCalls, PodName } from './control.ts';
import type { Daemon } from './daemon.ts';
import type { NodeAgent } from './node-agent/agent.ts';
import type { Container } from './node-agent/container.ts';
import type { Image } from './node-agent/images.ts';

/** What the control socket acts on. */
export interface Controlled {
  readonly agent: NodeAgent;
  readonly daemons: ReadonlyMap<string, Daemon>;
  readonly images: Map<string, Image>;
}

type Handlers = {
  readonly [Path in keyof ControlCalls]: (
    body: ControlCalls[Path]['body'],
  ) => ControlCalls[Path]['answer'] | Promise<ControlCalls[Path]['answer']>;
};

function containersOf(agent: NodeAgent, { namespace, pod, container }: PodName): Container[] {
  const found = agent
    .find(namespace, pod)
    .containers.filter(({ name }) => container === undefined || name === container);
  if (found.length === 0) throw new Error(`Pod ${namespace}/${pod} has no container ${container}`);
  return found;
}

function readLog(container: Container): string {
  try {
    return readFileSync(container.logPath, 'utf8');
  } catch {
    return '';
  }
}

function handlers({ agent, daemons, images }: Controlled): Handlers {
  return {
    '/hold': (selector) => ({ id: agent.hold(selector) }),
    '/release': ({ id }) => ({ released: agent.release(id) }),
    '/signal': ({ signal, ...pod }) => {
      for (const container of containersOf(agent, pod)) container.signal(signal);
      return {};
    },
    '/logs': (pod) => ({ text: containersOf(agent, pod).map(readLog).join('') }),
    '/image': ({ name, command }) => {
      images.set(name, { entrypoint: command });
      return {};
    },
    '/daemon': async ({ name, action }) => {
      const daemon = daemons.get(name);
      if (daemon === undefined) throw new Error(`there is no ${name} in this cluster`);
      if (action === 'start') daemon.start();
      else await daemon.stop(action === 'kill' ? 'SIGKILL' : 'SIGTERM');
      return {};
    },
  };
}

/** Serves the control socket until the process ends. */
export function serveControl(socketPath: string, controlled: Controlled): void {
  const table = handlers(controlled) as Readonly<Record<string, ((body: unknown) => unknown) | undefined>>;
  const server = createServer((request, response) => {
    const answer = async (): Promise<unknown> => {
      const handle = table[request.url ?? ''];
      if (handle === undefined) throw new Error(`no such call: ${request.url}`);
      return await handle(await json(request));
    };
    answer().then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => {
        response.statusCode = 400;
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  server.listen(socketPath);
}
