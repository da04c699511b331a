import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SigningKey, SigningKeys } from '../../../../src/access/keys.ts';
import { keyIds } from '../../../../src/access/keys.ts';
import type { KeyRing } from '../../../../src/operator/fleet/rotation.ts';
import { keyStep, turned } from '../../../../src/operator/fleet/rotation.ts';
import { instant } from '../../builders/observed.ts';

const key = (id: string): SigningKey => ({ id, key: Buffer.alloc(32, id) });
const start = instant('2026-12-01T00:00:00Z');
const rotationHours = 720;

const ring = (ids: { current: string; previous?: string; next?: string }, since = start): KeyRing => ({
  keys: {
    current: key(ids.current),
    ...(ids.previous === undefined ? {} : { previous: key(ids.previous) }),
    ...(ids.next === undefined ? {} : { next: key(ids.next) }),
  },
  since,
});

const stepAt = (
  hours: number,
  given: KeyRing,
  { isListed = true, every = rotationHours }: { isListed?: boolean; every?: number } = {},
) =>
  keyStep(given, {
    now: start.add({ milliseconds: hours * 3_600_000 }),
    rotationHours: every,
    isListed: () => isListed,
  });

describe('operator: when a signing key changes', () => {
  const table: readonly (readonly [string, ReturnType<typeof stepAt>, step: string | undefined])[] = [
    ['no key', stepAt(0, { keys: undefined, since: undefined }), 'Create'],
    [
      'a key of which nobody wrote down when it came',
      stepAt(0, { ...ring({ current: 'a' }), since: undefined }),
      'NoteTime',
    ],
    ['a key from a time to come', stepAt(-1, ring({ current: 'a' })), 'NoteTime'],
    ['a young key', stepAt(719.9, ring({ current: 'a' })), undefined],
    ['an old key', stepAt(720, ring({ current: 'a' })), 'AddNext'],
    ['an old key that is to stay', stepAt(99_999, ring({ current: 'a' }), { every: 0 }), undefined],
    ['a next key that all responders list', stepAt(720, ring({ current: 'a', next: 'b' })), 'Promote'],
    [
      'a next key that a responder does not list',
      stepAt(720, ring({ current: 'a', next: 'b' }), { isListed: false }),
      undefined,
    ],
    ['a next key before its time', stepAt(1, ring({ current: 'a', next: 'b' })), undefined],
    [
      'a previous key of which cookies may be good',
      stepAt(23.9, ring({ current: 'b', previous: 'a' })),
      undefined,
    ],
    [
      'a previous key of which no cookie is good',
      stepAt(24, ring({ current: 'b', previous: 'a' })),
      'DropPrevious',
    ],
    [
      'a previous key that is to go, where no key is to change',
      stepAt(24, ring({ current: 'b', previous: 'a' }), { every: 0 }),
      'DropPrevious',
    ],
    [
      'a period shorter than cookies live: the next key waits for the previous one',
      stepAt(2, ring({ current: 'b', previous: 'a', next: 'c' }), { every: 1 }),
      undefined,
    ],
  ];
  for (const [title, { step }, expected] of table) {
    it(`${title}: ${expected ?? 'nothing'}`, () => expect(step).to.equal(expected));
  }

  it('wakes for the change and for the previous key’s end', () => {
    expect(stepAt(0, ring({ current: 'a' })).wakeAt).to.deep.equal(start.add({ hours: 720 }));
    const both = ring({ current: 'b', previous: 'a' });
    expect(stepAt(0, both).wakeAt).to.deep.equal(start.add({ hours: 24 }));
    expect(stepAt(0, ring({ current: 'a' }), { every: 0 }).wakeAt).to.equal(undefined);
  });
});

/** Cookies live for so long at most. */
const cookieHours = 12;
/** The kubelet tells a responder of new keys within so many hours. */
const lagHours = 0.05;

/** The Secret, an operator that may die before any write, and responders that hear of new keys late. */
class Keyring {
  now = start;
  rotations = 0;
  #ring: KeyRing = { keys: undefined, since: undefined };
  #made = 0;
  readonly #every: number;
  #files: readonly SigningKeys[] = [];
  /** Key id → when it last signed a cookie. */
  readonly #signed = new Map<string, Temporal.Instant>();

  constructor(every: number) {
    this.#every = every;
    this.operate();
    const { keys } = this.#ring;
    if (keys !== undefined) this.#files = [keys, keys, keys];
  }

  operate(): void {
    const isListed = (id: string): boolean => this.#files.every((keys) => keyIds(keys).includes(id));
    const { step } = keyStep(this.#ring, { now: this.now, rotationHours: this.#every, isListed });
    if (step === undefined) return;
    const newKey = (): SigningKey => key(`k${(this.#made += 1)}`);
    this.#ring = turned(this.#ring, step, { now: this.now, newKey });
    if (step === 'Promote') this.rotations += 1;
  }

  /** One responder reads what stands. */
  read(which: number): void {
    const { keys } = this.#ring;
    if (keys !== undefined) this.#files = this.#files.with(which % this.#files.length, keys);
  }

  /** Time passes; whoever waits for longer than the lag has heard meanwhile. */
  pass(hours: number): void {
    if (hours >= lagHours) for (const which of this.#files.keys()) this.read(which);
    this.now = this.now.add({ milliseconds: Math.round(hours * 3_600_000) });
  }

  sign(): void {
    for (const { current } of this.#files) this.#signed.set(current.id, this.now);
  }

  check(): void {
    const oldest = this.now.subtract({ hours: cookieHours });
    const live = [...this.#signed].filter(([, at]) => Temporal.Instant.compare(at, oldest) > 0);
    const needed = new Set([this.#ring.keys?.current.id ?? '', ...live.map(([id]) => id)]);
    for (const keys of this.#files) {
      const known = keyIds(keys);
      for (const id of needed) if (!known.includes(id)) expect.fail(`${id} is not among ${known.join(', ')}`);
    }
  }
}

interface Happening {
  readonly what: string;
  readonly happen: (keyring: Keyring) => void;
}
const happening = (what: string, happen: Happening['happen']): Happening => ({ what, happen });
const happenings = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(happening('the operator looks', (keyring) => keyring.operate())) },
    fc.nat(2).map((which) => happening(`${which} reads`, (keyring) => keyring.read(which))),
    fc
      .constantFrom(0.01, 0.05, 1, 6, 11, 12, 13, 24, 30)
      .map((hours) => happening(`${hours} h pass`, (keyring) => keyring.pass(hours))),
  ),
  { minLength: 20, maxLength: 200 },
);

describe('operator: signing keys that change', function () {
  this.timeout(20_000);

  it('are always known where they are needed, however late responders hear and whenever the operator dies', () => {
    let rotations = 0;
    fc.assert(
      fc.property(happenings, fc.constantFrom(0.5, 13, 24, 100), (happened, every) => {
        const keyring = new Keyring(every);
        for (const { happen } of happened) {
          happen(keyring);
          keyring.sign();
          keyring.check();
        }
        rotations += keyring.rotations;
      }),
      { numRuns: 300 },
    );
    expect(rotations, 'rotations in all these stories').to.be.greaterThan(100);
  });

  it('change once for each jump of the clock at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9_000, max: 9_000 }), { maxLength: 30 }), (jumps) => {
        const keyring = new Keyring(rotationHours);
        for (const hours of jumps) {
          keyring.now = keyring.now.add({ hours });
          for (let round = 0; round < 10; round += 1) {
            keyring.operate();
            keyring.pass(lagHours);
          }
        }
        const ahead = jumps.filter((hours) => hours > 0).length;
        expect(keyring.rotations).to.be.at.most(ahead);
      }),
    );
  });
});
