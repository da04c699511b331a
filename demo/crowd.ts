import { Agent, get, type IncomingMessage } from 'node:http';
import { shopHosts } from '../test/cluster/shop.ts';

const atOnce = 8;

async function statusOf(door: string, localAddress: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const agent = new Agent({ keepAlive: false });
  const options = { host: door, localAddress, agent, headers: { host: shopHosts[0] }, timeout: 10_000 };
  get(options, resolve)
    .on('error', reject)
    .on('timeout', () => reject(new Error(`no answer to ${localAddress} in 10 s`)));
  const response = await promise;
  response.resume();
  return response.statusCode ?? 0;
}

/**
 * Sends one request from each address to the shop behind a door.
 * @returns status → how many requests it answered
 */
export async function crowd(door: string, visitors: readonly string[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  const waiting = [...visitors];
  const visitInTurn = async (): Promise<void> => {
    for (let visitor = waiting.pop(); visitor !== undefined; visitor = waiting.pop()) {
      const status = await statusOf(door, visitor);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitInTurn));
  return counts;
}
