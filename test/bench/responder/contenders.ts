import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyServer } from '../../unit/responder/policy-server.ts';
import { BacksoonImage, servePolicies } from './backsoon.ts';
import { nginxConfig } from './nginx-config.ts';
import { ServerProcess } from './server-process.ts';
import { lastOnItsConnection, traefikRequest, traefikRequests } from './traefik-requests.ts';
import { colleague, colleagueOfMany, manyWindows, oneWindow, stranger } from './windows.ts';
import { ask, requireAlike, requireSame, type WireAnswer } from './wire-answer.ts';

/** A server, and what it is asked. */
export interface Contender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly port: number;
  readonly status: 200 | 503;
  readonly requests: readonly string[];
}

/** In a network namespace of their own nobody else can have them. */
const ports = {
  one: { gate: 8080, admin: 9080 },
  many: { gate: 8081, admin: 9081 },
  starting: { gate: 8082, admin: 9082 },
  nginx: { file: 8090, memory: 8091, admission: 8092 },
  express: 8093,
  bare: 8094,
} as const;

export type PageServer = 'backsoon' | 'nginx-file' | 'nginx-memory' | 'express' | 'bare-node';
export type DecisionServer = 'one-window' | 'many-windows' | 'nginx';

/** All servers of one run. */
export class Contenders {
  readonly #directory: string;
  readonly #running: { stop(): Promise<void> }[] = [];
  readonly #image: BacksoonImage;
  readonly #policies: { readonly one: PolicyServer; readonly many: PolicyServer };
  readonly page: Readonly<Record<PageServer, Contender>>;
  readonly decision: Readonly<Record<DecisionServer, Contender>>;
  /** The page as it was compared. */
  readonly answer: WireAnswer;

  private constructor(parts: Pick<Contenders, 'page' | 'decision' | 'answer'> & Inner) {
    this.#directory = parts.directory;
    this.#image = parts.image;
    this.#policies = parts.policies;
    this.#running = parts.running;
    this.page = parts.page;
    this.decision = parts.decision;
    this.answer = parts.answer;
  }

  /**
   * Starts everything below `directory`, in private namespaces, and compares the servers' answers.
   * @throws Error when one does not serve what it should.
   */
  static async start(directory: string): Promise<Contenders> {
    const image = await BacksoonImage.prepare(directory);
    const policies = { one: await servePolicies(oneWindow()), many: await servePolicies(manyWindows()) };
    const running: { stop(): Promise<void> }[] = [policies.one, policies.many];
    const keep = async (server: Promise<ServerProcess>): Promise<ServerProcess> => {
      running.push(await server);
      return await server;
    };
    try {
      const one = await keep(image.start({ name: 'one-window', server: policies.one, ports: ports.one }));
      const many = await keep(
        image.start({ name: 'many-windows', server: policies.many, ports: ports.many }),
      );
      const { page: answer, admission } = await checkedAnswers();
      const nginx = await keep(startNginx(directory, answer, admission));
      const express = await keep(startNode({ directory, name: 'express', port: ports.express, answer }));
      const bare = await keep(startNode({ directory, name: 'bare-node', port: ports.bare, answer }));
      const pages = await pageContenders({ one, nginx, express, bare }, answer);
      const decision = await decisionContenders({ one, many, nginx }, admission);
      return new Contenders({ directory, image, policies, running, page: pages, decision, answer });
    } catch (error) {
      await stopAll(running);
      throw error;
    }
  }

  /** Starts one more responder until it is ready. @returns milliseconds from the start of its process. */
  async startAnother(windows: 'one' | 'many'): Promise<number> {
    const server = this.#policies[windows];
    const responder = await this.#image.start({ name: `starting-${windows}`, server, ports: ports.starting });
    await responder.stop();
    return responder.readyMs;
  }

  get directory(): string {
    return this.#directory;
  }

  async stop(): Promise<void> {
    await stopAll(this.#running);
  }
}

interface Inner {
  readonly directory: string;
  readonly image: BacksoonImage;
  readonly policies: { readonly one: PolicyServer; readonly many: PolicyServer };
  readonly running: { stop(): Promise<void> }[];
}

async function stopAll(running: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const each of running.toReversed()) await each.stop();
}

/** What the responders answer, compared over kept-alive, last and repeated requests, and among themselves. */
async function checkedAnswers(): Promise<{ page: WireAnswer; admission: WireAnswer }> {
  const request = traefikRequest(stranger(0));
  const page = await ask(ports.one.gate, request);
  if (page.status !== 503 || !page.body.includes('We are moving to a bigger database.')) {
    throw new Error(`the responder should refuse a stranger with its page: ${JSON.stringify(page)}`);
  }
  requireAlike('backsoon', page, await ask(ports.one.gate, request));
  requireAlike('backsoon', page, await ask(ports.one.gate, lastOnItsConnection(request)));
  const admission = await ask(ports.one.gate, traefikRequest(colleague(0)));
  if (admission.status !== 200) throw new Error(`a colleague gets ${JSON.stringify(admission)}`);
  return { page, admission };
}

async function startNginx(
  directory: string,
  page: WireAnswer,
  admission: WireAnswer,
): Promise<ServerProcess> {
  const file = 'page.html';
  writeFileSync(join(directory, file), page.body, 'latin1');
  const config = join(directory, 'nginx.conf');
  const text = nginxConfig({ directory, file, page, admission, ports: ports.nginx });
  writeFileSync(config, text, 'latin1');
  return ServerProcess.start({
    name: 'nginx',
    health: { port: ports.nginx.admission, path: '/', status: 200 },
    command: ['nginx', '-p', directory, '-c', config, '-e', 'stderr'],
  });
}

interface NodeServer {
  readonly directory: string;
  readonly name: 'express' | 'bare-node';
  readonly port: number;
  readonly answer: WireAnswer;
}

async function startNode({ directory, name, port, answer }: NodeServer): Promise<ServerProcess> {
  const file = join(directory, 'answer.json');
  writeFileSync(file, JSON.stringify(answer));
  const script = { express: 'express-process.ts', 'bare-node': 'bare-node.mjs' }[name];
  return ServerProcess.start({
    name,
    health: { port, path: '/', status: 503 },
    command: [process.execPath, join(import.meta.dirname, script), String(port), file],
  });
}

async function pageContenders(
  servers: Record<'one' | 'nginx' | 'express' | 'bare', ServerProcess>,
  answer: WireAnswer,
): Promise<Record<PageServer, Contender>> {
  const asked = { status: 503, requests: traefikRequests(stranger) } as const;
  const pages = {
    backsoon: { name: 'backsoon', server: servers.one, port: ports.one.gate, ...asked },
    'nginx-file': { name: 'nginx-file', server: servers.nginx, port: ports.nginx.file, ...asked },
    'nginx-memory': { name: 'nginx-memory', server: servers.nginx, port: ports.nginx.memory, ...asked },
    express: { name: 'express', server: servers.express, port: ports.express, ...asked },
    'bare-node': { name: 'bare-node', server: servers.bare, port: ports.bare, ...asked },
  };
  const request = traefikRequest(stranger(0));
  for (const { name, port } of Object.values(pages)) {
    if (name !== 'backsoon') requireSame(name, await ask(port, request), answer);
  }
  return pages;
}

async function decisionContenders(
  servers: Record<'one' | 'many' | 'nginx', ServerProcess>,
  admission: WireAnswer,
): Promise<Record<DecisionServer, Contender>> {
  const ofOne = traefikRequests(colleague);
  const ofMany = traefikRequests(colleagueOfMany);
  const decisions = {
    'one-window': { server: servers.one, port: ports.one.gate, requests: ofOne },
    'many-windows': { server: servers.many, port: ports.many.gate, requests: ofMany },
    nginx: { server: servers.nginx, port: ports.nginx.admission, requests: ofMany },
  };
  for (const [name, { port, requests }] of Object.entries(decisions)) {
    for (const request of requests) requireSame(name, await ask(port, request), admission);
  }
  const refused = await ask(ports.many.gate, traefikRequest({ ...stranger(0), ingress: 'web-199' }));
  if (refused.status !== 503) throw new Error(`many windows let a stranger in: ${JSON.stringify(refused)}`);
  const named = (name: DecisionServer): Contender => ({ name, status: 200, ...decisions[name] });
  return { 'one-window': named('one-window'), 'many-windows': named('many-windows'), nginx: named('nginx') };
}
