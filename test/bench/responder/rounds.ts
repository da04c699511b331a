import { turns } from '../statistics.ts';
import type { Contender } from './contenders.ts';
import type { Load, LoadGenerator } from './load.ts';
import { lastOnItsConnection } from './traefik-requests.ts';

/** What each contender did in one round. */
export type Round<Name extends string> = Readonly<Record<Name, Load>>;

export interface RoundsOptions {
  readonly rounds: number;
  /** Per contender and round. */
  readonly seconds: number;
  readonly connections: number;
  /** Who ends a connection after each answer; absent: nobody. */
  readonly closes?: 'client' | 'server';
}

/** One measurement of a round: a server, by a schedule or as fast as it answers. */
export interface Turn<Name extends string> {
  readonly name: Name;
  readonly contender: Contender;
  /** Requests per second. */
  readonly rate?: number;
}

/** Long enough for compilers that share the one core, on a slow machine too. */
const warmUpSeconds = 3;

/** Loads each in turn, round by round, beginning with another one each time: a slow moment of the machine hits all alike. */
export async function playRounds<Name extends string>(
  generator: LoadGenerator,
  list: readonly Turn<Name>[],
  { rounds, seconds, connections, closes }: RoundsOptions,
): Promise<Round<Name>[]> {
  const play = async ({ contender, rate }: Turn<Name>, seconds: number): Promise<Load> => {
    const { port, status, requests } = contender;
    return generator.load(contender.server, {
      port,
      status,
      seconds,
      connections,
      requests: closes === 'server' ? requests.map(lastOnItsConnection) : requests,
      ...(rate !== undefined && { rate }),
      ...(closes !== undefined && { closes }),
    });
  };
  // Compilers and caches warm up before anything counts.
  for (const turn of list) await play(turn, warmUpSeconds);
  const played: Round<Name>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const results = new Map<string, Load>();
    for (const index of turns(list.length, round)) {
      const turn = list[index]!;
      results.set(turn.name, await play(turn, seconds));
    }
    played.push(Object.fromEntries(results) as Round<Name>);
  }
  return played;
}
