import { expect } from 'chai';
import type { ResponderStatus } from '../../../../src/api/responder-status.ts';
import { Roster } from '../../../../src/operator/fleet/roster.ts';
import { responderAddress } from '../../builders/observed.ts';
import { aStatus, roundOf } from './statuses.ts';

type Answers = Readonly<Record<string, ResponderStatus | undefined>>;

/** The roster after these rounds, 2 s apart. */
const after = (...rounds: readonly Answers[]): Roster => {
  const roster = new Roster();
  rounds.forEach((answers, index) => roster.take(roundOf(answers), index * 2000));
  return roster;
};

describe('operator: what replicas have loaded', () => {
  const table: readonly {
    readonly title: string;
    readonly rounds: readonly Answers[];
    readonly loaded: boolean;
  }[] = [
    { title: 'nobody ever answered', rounds: [], loaded: false },
    { title: 'nobody answers', rounds: [{ a: undefined }], loaded: false },
    { title: 'the only one has it', rounds: [{ a: aStatus({ w: 'r1' }) }], loaded: true },
    { title: 'the only one has an older one', rounds: [{ a: aStatus({ w: 'r0' }) }], loaded: false },
    { title: 'the only one has none', rounds: [{ a: aStatus() }], loaded: false },
    {
      title: 'one that has listed nothing yet',
      rounds: [{ a: aStatus({ w: 'r1' }, { loaded: false }) }],
      loaded: false,
    },
    { title: 'one of two', rounds: [{ a: aStatus({ w: 'r1' }), b: aStatus() }], loaded: false },
    { title: 'both', rounds: [{ a: aStatus({ w: 'r1' }), b: aStatus({ w: 'r1' }) }], loaded: true },
    {
      title: 'one that is silent for a moment still counts with what it said',
      rounds: [
        { a: aStatus({ w: 'r1' }), b: aStatus() },
        { a: aStatus({ w: 'r1' }), b: undefined },
      ],
      loaded: false,
    },
    {
      title: 'one that is silent for five rounds is out',
      rounds: [
        { a: aStatus({ w: 'r1' }), b: aStatus() },
        ...Array.from({ length: 5 }, () => ({ a: aStatus({ w: 'r1' }), b: undefined })),
      ],
      loaded: true,
    },
    {
      title: 'one that is gone is out at once',
      rounds: [{ a: aStatus({ w: 'r1' }), b: aStatus() }, { a: aStatus({ w: 'r1' }) }],
      loaded: true,
    },
  ];
  for (const { title, rounds, loaded } of table) {
    it(`${title}: ${loaded ? 'loaded' : 'not loaded'}`, () => {
      expect(after(...rounds).loaded('w', 'r1')).to.equal(loaded);
    });
  }
});

describe('operator: the roster', () => {
  it('says when something changed that deciding looks at, and only then', () => {
    const roster = new Roster();
    const take = (answers: Answers, nowMs: number): boolean => roster.take(roundOf(answers), nowMs);
    expect(take({ a: aStatus() }, 0), 'the first answer').to.equal(true);
    expect(take({ a: aStatus() }, 2000), 'the same').to.equal(false);
    expect(take({ a: aStatus({}, { now: '2026-12-01T21:00:04Z' }) }, 4000), 'its clock').to.equal(false);
    expect(take({ a: aStatus({ w: 'r1' }) }, 6000), 'a policy').to.equal(true);
    const finding = { gate: 'shop/web', reason: 'UnknownProxy', address: '192.0.2.1', total: 300 } as const;
    const found = (requests: number): ResponderStatus =>
      aStatus({ w: 'r1' }, { findings: [{ ...finding, requests }] });
    expect(take({ a: found(300) }, 8000), 'a finding').to.equal(true);
    expect(take({ a: found(299) }, 10_000), 'its counts').to.equal(false);
    const holding = aStatus({ w: 'r1' }, { keys: ['k1', 'k2'] });
    expect(take({ a: holding }, 12_000), 'a key').to.equal(true);
    expect(take({ a: undefined }, 14_000), 'silence').to.equal(true);
  });

  it('knows a key to be everywhere only when every replica lists it', () => {
    const both = aStatus({}, { keys: ['k1', 'k2'] });
    expect(after({ a: both, b: both }).holdsKey('k2')).to.equal(true);
    expect(after({ a: both, b: aStatus() }).holdsKey('k2')).to.equal(false);
    expect(after().holdsKey('k2'), 'of none').to.equal(false);
  });

  it('puts the finding of most requests first', () => {
    const finding = (address: string, requests: number) =>
      aStatus(
        {},
        { findings: [{ gate: 'shop/web', reason: 'UnknownProxy', address, requests, total: 500 }] },
      );
    const roster = after({ a: finding('192.0.2.1', 200), b: finding('192.0.2.2', 400) });
    expect(roster.findings().map(({ address }) => address)).to.deep.equal(['192.0.2.2', '192.0.2.1']);
  });

  it('shows deciding the health, the address and the policies', () => {
    const view = after({ a: aStatus({ w: 'r1' }) }).view(responderAddress);
    expect(view).to.deep.include({ health: 'serving', address: responderAddress, findings: [] });
    expect([view.loaded('w', 'r1'), view.loaded('w', 'r2')]).to.deep.equal([true, false]);
    expect(after().view(undefined)).to.deep.include({ health: 'unknown', address: undefined });
  });
});

describe('operator: whose clock counts', () => {
  const table: readonly (readonly [title: string, skews: readonly number[], aheadMs: number])[] = [
    ['nobody is known', [], 0],
    ['all are right', [10, -10], 0],
    ['one is off', [3000, 0], 0],
    ['all are ahead: the least of them', [3000, 2000], 2000],
    ['all are behind: the least of them', [-600_000, -600_400], -600_000],
    ['they differ from one another', [3000, -3000], 0],
  ];
  for (const [title, skews, aheadMs] of table) {
    it(title, () => {
      const roster = new Roster();
      const answers = skews.map((ahead, index) => {
        const clock = { aheadMs: ahead, withinMs: 1 };
        return [`replica-${index}`, { status: aStatus(), clock }] as const;
      });
      roster.take(new Map(answers), 0);
      expect(roster.commonAheadMs).to.equal(aheadMs);
    });
  }
});
