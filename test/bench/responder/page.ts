import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeKeys, keysFile } from '../../../src/access/keys.ts';
import { ServiceAccount } from '../../unit/kube/service-account.ts';
import { buildPolicy, network } from '../../unit/policy/build.ts';
import { PolicyServer } from '../../unit/responder/policy-server.ts';
import { type Contender, requestHeaders, startContender } from './contender.ts';
import { nginxConfig } from './nginx-config.ts';

const file = 'page.html';

/** Headers of an answer that belong to the connection, not to the page. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'date',
  'content-length',
  'transfer-encoding',
]);

/** The same 503 page from three servers. */
export interface PageContenders {
  readonly page: Contender;
  readonly nginx: Contender;
  readonly express: Contender;
  readonly bytes: number;
  stop(): Promise<void>;
}

/** Starts a responder with a closed window, takes its page, and starts nginx and Express with the same bytes. */
export async function startPageContenders(): Promise<PageContenders> {
  const directory = mkdtempSync(join(tmpdir(), 'backsoon-bench-'));
  const cleanups: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  };
  try {
    // nginx's worker is not always the one who made the directory.
    chmodSync(directory, 0o755);
    const page = await startResponder(cleanups);
    const answer = await fetch(page.url, { headers: requestHeaders });
    const body = await answer.text();
    writeFileSync(join(directory, file), body);
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !connectionHeaders.has(name)));
    const nginx = await startNginx(directory, headers);
    cleanups.push(() => nginx.stop());
    const express = await startExpress(directory, headers);
    cleanups.push(() => express.stop());
    for (const { url, name } of [nginx, express]) await checkSame(name, url, { body, headers });
    return { page, nginx, express, bytes: Buffer.byteLength(body), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startResponder(cleanups: (() => unknown)[]): Promise<Contender> {
  const server = await PolicyServer.start();
  cleanups.push(() => server.stop());
  server.putNetwork(network);
  const occurrences = [{ start: '2026-01-01T00:00:00Z', end: null }];
  const page = { message: 'We are moving to a bigger database.', statusPage: 'https://status.example.com' };
  server.putPolicy(buildPolicy({ occurrences, page }));
  const account = new ServiceAccount();
  cleanups.push(() => account.remove());
  writeFileSync(
    join(account.directory, keysFile),
    encodeKeys({ current: { id: 'k1', key: Buffer.alloc(32, 1) } }),
  );
  const port = await freePort();
  const script = join(import.meta.dirname, 'responder-process.ts');
  const contender = await startContender({
    name: 'backsoon',
    url: `http://127.0.0.1:${port}/gate/forward/shop/web`,
    command: [process.execPath, script, server.url, account.directory, String(port)],
  });
  cleanups.push(() => contender.stop());
  return contender;
}

async function startNginx(directory: string, headers: Record<string, string>): Promise<Contender> {
  const port = await freePort();
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, nginxConfig({ directory, file, port, headers }));
  const command = ['nginx', '-p', directory, '-c', config, '-e', 'stderr'];
  return startContender({ name: 'nginx', url: `http://127.0.0.1:${port}/gate/forward/shop/web`, command });
}

async function startExpress(directory: string, headers: Record<string, string>): Promise<Contender> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'express-process.ts');
  return startContender({
    name: 'express',
    url: `http://127.0.0.1:${port}/gate/forward/shop/web`,
    command: [process.execPath, script, String(port), join(directory, file), JSON.stringify(headers)],
  });
}

interface Expected {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws Error when a rival does not serve the page as it is. */
async function checkSame(name: string, url: string, { body, headers }: Expected): Promise<void> {
  const answer = await fetch(url, { headers: requestHeaders });
  if ((await answer.text()) !== body) throw new Error(`${name} serves another body`);
  for (const [field, value] of Object.entries(headers)) {
    const seen = answer.headers.get(field);
    if (seen !== value) throw new Error(`${name} sends ${field}: ${seen}; expected ${value}`);
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer().listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
