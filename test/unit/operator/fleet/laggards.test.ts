import { expect } from 'chai';
import { laggard } from '../../../../src/operator/fleet/laggards.ts';
import type { Replica } from '../../../../src/operator/fleet/roster.ts';
import { aStatus } from './statuses.ts';

const revisions = new Map([['w', 'r1']]);
const current = (pod: string): Replica => ({
  pod,
  missed: 0,
  skewMs: undefined,
  status: aStatus({ w: 'r1', gone: 'r9' }),
});
const late = (pod: string, missed = 0): Replica => ({
  pod,
  missed,
  skewMs: undefined,
  status: aStatus({ w: 'r0' }),
});

const table: readonly {
  readonly title: string;
  readonly replicas: readonly Replica[];
  readonly since: Readonly<Record<string, number>>;
  readonly deleted: string | undefined;
}[] = [
  { title: 'all current', replicas: [current('a'), current('b')], since: {}, deleted: undefined },
  { title: 'late since now', replicas: [current('a'), late('b')], since: {}, deleted: undefined },
  {
    title: 'late for less than 30 s',
    replicas: [current('a'), late('b')],
    since: { b: 70_001 },
    deleted: undefined,
  },
  { title: 'late for 30 s', replicas: [current('a'), late('b')], since: { b: 70_000 }, deleted: 'b' },
  {
    title: 'late, but nobody is current',
    replicas: [late('a'), late('b')],
    since: { a: 0, b: 0 },
    deleted: undefined,
  },
  {
    title: 'several late: one at a time',
    replicas: [current('a'), late('b'), late('c')],
    since: { b: 0, c: 0 },
    deleted: 'b',
  },
  {
    title: 'late and silent: the kubelet’s business',
    replicas: [current('a'), late('b', 1)],
    since: { b: 0 },
    deleted: undefined,
  },
];

describe('operator: a replica that stays behind', () => {
  it('is given the time that a new one takes, after another was deleted', () => {
    const replicas = [current('a'), late('b'), late('c')];
    const first = laggard(replicas, revisions, { before: new Map(), nowMs: 0 });
    const second = laggard(replicas, revisions, { before: first.behind, nowMs: 30_000 });
    expect(second.delete).to.equal('b');
    const left = [current('a'), current('b2'), late('c')];
    const third = laggard(left, revisions, { before: second.behind, nowMs: 30_200 });
    expect(third.delete).to.equal(undefined);
    expect(laggard(left, revisions, { before: third.behind, nowMs: 60_000 }).delete).to.equal('c');
  });

  for (const { title, replicas, since, deleted } of table) {
    it(`${title}: ${deleted === undefined ? 'none' : deleted} is deleted`, () => {
      const found = laggard(replicas, revisions, { before: new Map(Object.entries(since)), nowMs: 100_000 });
      expect(found.delete).to.equal(deleted);
    });
  }

  it('is forgiven when it catches up', () => {
    const first = laggard([current('a'), late('b')], revisions, { before: new Map(), nowMs: 0 });
    expect([...first.behind]).to.deep.equal([['b', 0]]);
    const caught = laggard([current('a'), current('b')], revisions, { before: first.behind, nowMs: 20_000 });
    expect([...caught.behind]).to.deep.equal([]);
    const again = laggard([current('a'), late('b')], revisions, { before: caught.behind, nowMs: 40_000 });
    expect(again.delete).to.equal(undefined);
  });
});
