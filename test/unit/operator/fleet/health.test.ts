import { expect } from 'chai';
import { afterRound, healthOf, unknownHealth } from '../../../../src/operator/fleet/health.ts';

/** Rounds as `second+` (some replica answered) or `second-` (none did), and the health after the last one. */
type Rounds = readonly `${number}${'+' | '-'}`[];

const healthAfter = (rounds: Rounds): string =>
  healthOf(
    rounds.reduce(
      (record, round) => afterRound(record, round.endsWith('+'), Number(round.slice(0, -1)) * 1000),
      unknownHealth,
    ),
  );

const down: Rounds = ['0+', '2-', '4-', '6-', '8-', '10-'];

const table: readonly { readonly title: string; readonly rounds: Rounds; readonly health: string }[] = [
  { title: 'never asked', rounds: [], health: 'unknown' },
  { title: 'an answer', rounds: ['0+'], health: 'serving' },
  { title: 'one round without an answer', rounds: ['0+', '2-'], health: 'unknown' },
  { title: 'four rounds without', rounds: ['0+', '2-', '4-', '6-', '8-'], health: 'unknown' },
  { title: 'five rounds without, over 8 s', rounds: down, health: 'down' },
  {
    title: 'five rounds without, but within less than 8 s',
    rounds: ['0+', '1-', '1.2-', '1.4-', '1.6-', '8.9-'],
    health: 'unknown',
  },
  {
    title: 'many rounds without, within less than 8 s',
    rounds: ['0+', ...Array.from({ length: 39 }, (_, index) => `${1 + index / 5}-` as const)],
    health: 'unknown',
  },
  { title: 'long without, but few rounds', rounds: ['0+', '10-', '20-', '30-', '40-'], health: 'unknown' },
  {
    title: 'an answer in between begins anew',
    rounds: ['0+', '2-', '4-', '6-', '8-', '10+', '12-', '14-', '16-', '18-'],
    health: 'unknown',
  },
  { title: 'answers again', rounds: [...down, '12+'], health: 'recovering' },
  { title: 'answers again for less than 30 s', rounds: [...down, '12+', '41.9+'], health: 'recovering' },
  { title: 'answers again for 30 s', rounds: [...down, '12+', '42+'], health: 'serving' },
  {
    title: 'answers again, not without a break',
    rounds: [...down, '12+', '30-', '32+', '45+'],
    health: 'recovering',
  },
  {
    title: 'a break while it recovers is down again at once',
    rounds: [...down, '12+', '14-'],
    health: 'down',
  },
  { title: 'never served, and never answers', rounds: ['0-', '2-', '4-', '6-', '8-'], health: 'down' },
  {
    title: 'never served: coming up, not coming back',
    rounds: ['0-', '2-', '4-', '6-', '8-', '10+'],
    health: 'serving',
  },
];

describe('operator: the health of the responders', () => {
  for (const { title, rounds, health } of table) {
    it(`${title}: ${health}`, () => expect(healthAfter(rounds)).to.equal(health));
  }
});
