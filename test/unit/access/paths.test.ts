import { expect } from 'chai';
import * as fc from 'fast-check';
import { ClosedPaths, PassPaths, withoutQuery } from '../../../src/access/paths.ts';
import { allHabits, isUnder, resolve } from './apps.ts';

const shown = (target: string): string =>
  JSON.stringify(target.length <= 80 ? target : `${target.slice(0, 40)}… (${target.length})`);

describe('PassPaths', () => {
  const hooks = new PassPaths(['/healthz', '/webhooks/', '/a/b']);
  const table: readonly (readonly [target: string, passes: boolean])[] = [
    ['/healthz', true],
    ['/healthz/', true],
    ['/healthz/db', true],
    ['/healthz?verbose', true],
    ['/healthz?/../admin', true],
    ['/healthzz', false],
    ['/health', false],
    ['/', false],
    ['', false],
    ['*', false],
    ['healthz', false],
    ['http://shop.example.com/healthz', false],
    ['/x/healthz', false],
    ['/Healthz', false],
    ['/%68ealthz', false],
    ['/webhooks', true],
    ['/webhooks/github', true],
    ['/webhooks/caf%C3%A9', true],
    ['/webhooks/a%20b', true],
    ['/webhooks/.hidden', true],
    ["/webhooks/a.b~c!$&'()*+,=:@-_", true],
    ['/a', false],
    ['/a/bc', false],
    ['/a/b/c', true],
    // Odd ones never pass.
    ['/webhooks/..', false],
    ['/webhooks/../admin', false],
    ['/webhooks/./x', false],
    ['/webhooks/%2e%2E/admin', false],
    ['/webhooks/.%2e/admin', false],
    ['/webhooks/%2E./admin', false],
    ['/webhooks/...', false],
    ['/webhooks//x', false],
    ['//webhooks', false],
    ['/webhooks\\..\\admin', false],
    ['/webhooks/%2f', false],
    ['/webhooks/..%2Fadmin', false],
    ['/webhooks/..%5cadmin', false],
    ['/webhooks/%00', false],
    ['/webhooks/x;y', false],
    ['/webhooks/..;/admin', false],
    ['/webhooks/..%3B/admin', false],
    ['/webhooks/%252e%252e/admin', false],
    ['/webhooks/..%3fx', false],
    ['/webhooks/..%23x', false],
    ['/webhooks/%c0%ae%c0%ae/admin', false],
    ['/webhooks/%ff', false],
    ['/webhooks/%u002e', false],
    ['/webhooks/%2', false],
    ['/webhooks/%', false],
    ['/webhooks/%0a', false],
    ['/webhooks/x y', false],
    ['/webhooks/x\ty', false],
    ['/webhooks#x', false],
    ['/webhooks/é', false],
    ['/webhooks/%EF%BC%8E%EF%BC%8E/admin', false],
    ['/webhooks/%E2%80%A5/admin', false],
    ['/webhooks/%EF%BC%8Fadmin', false],
    ['/webhooks/..%E2%80%8B/admin', false],
    [`/webhooks/a${'%CC%80'.repeat(30)}`, true],
    [`/webhooks/a${'%CC%80'.repeat(31)}`, false],
    [`/webhooks/${'a%CC%80'.repeat(100)}`, true],
    [`/webhooks/${'%C3%A9'.repeat(339)}`, true],
    [`/webhooks/${'%C3%A9'.repeat(340)}`, false],
    [`/webhooks/${'x'.repeat(60_000)}`, true],
  ];
  for (const [target, passes] of table) {
    it(`${passes ? 'let' : 'do not let'} ${shown(target)} pass`, () =>
      expect(hooks.passes(target)).to.equal(passes));
  }

  it('let everything but odd paths pass under /', () => {
    const root = new PassPaths(['/']);
    expect(root.passes('/')).to.equal(true);
    expect(root.passes('/any/thing?x')).to.equal(true);
    expect(root.passes('/any/../thing')).to.equal(false);
    expect(root.passes('*')).to.equal(false);
  });

  it('are nothing when there are none, or only odd ones', () => {
    for (const prefixes of [[], ['/a/../b', '//', '/a;b', '/%']]) {
      const none = new PassPaths(prefixes);
      for (const target of ['/', '/a', '/b', '/a/../b', '//', '/a;b', '/%', ''])
        expect(none.passes(target), target).to.equal(false);
    }
  });

  it('are sent escaped by clients when they are not ASCII', () => {
    expect(new PassPaths(['/café au lait']).passes('/caf%C3%A9%20au%20lait/x')).to.equal(true);
    expect(new PassPaths(['/\ud800']).passes('/%EF%BF%BD')).to.equal(true);
  });
});

describe('ClosedPaths', () => {
  const checkout = new ClosedPaths(['/checkout', '/Pay/Now/', '/caf%C3%A9', '/a b', '/kiosk']);
  const table: readonly (readonly [target: string, closes: boolean])[] = [
    ['/checkout', true],
    ['/checkout/', true],
    ['/checkout/pay?x', true],
    ['/checkouts', false],
    ['/', false],
    ['/?/checkout', false],
    ['/x/checkout', false],
    ['/products/caf%C3%A9/a%20b', false],
    ['/pay', false],
    ['/pay/now', true],
    ['/PAY/NOW/x', true],
    ['/CheckOut', true],
    ['/%63heckout', true],
    ['/%43HECKOUT', true],
    ['/checkout%2Ejson', false],
    ['/caf%c3%a9', true],
    ['/CAF%C3%89', true],
    ['/cafe%CC%81', true],
    ['/a%20b', true],
    ['/%EF%BD%83heckout', true],
    ['/chec%E2%84%AAout', true],
    ['/check%C2%ADout', true],
    ['/k%C4%B1osk', true],
    // Odd ones always do, wherever they are.
    ['', true],
    ['*', true],
    ['http://shop.example.com/', true],
    ['/x/..', true],
    ['/x/%2E', true],
    ['/x//y', true],
    ['/x\\y', true],
    ['/x%2fy', true],
    ['/x%5Cy', true],
    ['/x%00', true],
    ['/x;y', true],
    ['/x%2525', true],
    ['/x%', true],
    ['/x%ff', true],
    [`/x${'%CC%80'.repeat(31)}`, true],
    [`/x/${'%C3%A9'.repeat(341)}`, true],
    [`/x/${'x'.repeat(60_000)}`, false],
    ['/x y', true],
    ['/checkout.', true],
    ['/checkout%20', true],
  ];
  for (const [target, closes] of table) {
    it(`${closes ? 'close' : 'leave open'} ${shown(target)}`, () =>
      expect(checkout.closes(target)).to.equal(closes));
  }
});

/** Pieces of which strange paths are made. */
const piece = fc.oneof(
  fc.constantFrom('/', 'pay', 'x', '.', '..'),
  fc.constantFrom('PAY', 'p', '%70', 'a', '%61', 'y', '%79', '%59', '%c3%a9', '.x', '%20', ' '),
  fc.constantFrom('%2e', '%2E', '%252e', '%2570', '%2f', '%2F', '%252f', '\\', '%5c', '%255C', '//'),
  fc.constantFrom(';', ';v=1', '%3b', '%3B', '%00', '%0d', '%23', '#', '?', '%3f', '%', '%z', '%ff'),
  fc.constantFrom('%c0%ae', '%c0%af', '%u002e', '%u002f'),
);
const strangePath = fc
  .tuple(fc.constantFrom('/', '/pay', '/pay/', '/x/y/'), fc.array(piece, { maxLength: 7 }))
  .map(([before, pieces]) => before + pieces.join(''));

const isPayOrXy = (segments: readonly string[]): boolean =>
  isUnder(segments, ['pay']) || isUnder(segments, ['x', 'y']);

const lower = (segments: readonly string[]): string[] => segments.map((segment) => segment.toLowerCase());

describe('path rules, beside apps of all habits', () => {
  it('pass no path that any app takes for one elsewhere', () => {
    const hooks = new PassPaths(['/pay', '/x/y']);
    let passed = 0;
    fc.assert(
      fc.property(strangePath, (path) => {
        if (!hooks.passes(path)) return;
        passed += 1;
        const elsewhere = allHabits.filter((habits) => !isPayOrXy(resolve(path, habits)));
        expect(elsewhere, path).to.deep.equal([]);
      }),
      { numRuns: 3000 },
    );
    expect(passed, 'paths that passed').to.be.greaterThan(100);
  });

  it('leave no path open that any app takes for a closed one', () => {
    const closed = new ClosedPaths(['/pay', '/x/y']);
    let open = 0;
    fc.assert(
      fc.property(strangePath, (path) => {
        if (closed.closes(path)) return;
        open += 1;
        const inside = allHabits.filter((habits) => isPayOrXy(lower(resolve(path, habits))));
        expect(inside, path).to.deep.equal([]);
      }),
      { numRuns: 3000 },
    );
    expect(open, 'paths that stayed open').to.be.greaterThan(100);
  });

  it('close a path in whatever way it is spelled', () => {
    const closed = new ClosedPaths(['/checkout/pay']);
    const tail = fc.array(fc.constantFrom('/checkout', '/pay', '/42', '/ab'), { maxLength: 2 });
    const choices = fc.array(fc.nat(11), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(tail, choices, (tail, choices) => {
        const spelling = `/checkout/pay${tail.join('')}`
          .split('')
          .map((character, index) => spell(character, choices[index] ?? 0))
          .join('');
        const isTaken = allHabits.some((habits) =>
          isUnder(lower(resolve(spelling, habits)), ['checkout', 'pay']),
        );
        expect(isTaken, `an app takes ${spelling} for the closed path`).to.equal(true);
        expect(closed.closes(spelling), spelling).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** One of the ways to write a character of a path, as an app with the right habits reads it. */
function spell(character: string, choice: number): string {
  const hex = character.codePointAt(0)!.toString(16);
  const isSlash = character === '/';
  const spellings = isSlash
    ? ['/', '/', '/', '/./', '//', '/x/../', '/%2e/', '/x/.%2E/', '/x/%2e%2e/', '/;v=1/../', '/', '/']
    : [character, character, character, `%${hex}`, `%${hex.toUpperCase()}`, character.toUpperCase()];
  return spellings[choice % spellings.length]!;
}

describe('path rules, whatever the target', () => {
  it('never throw, and never pass what is odd', () => {
    const closed = new ClosedPaths(['/pay']);
    const root = new PassPaths(['/']);
    const codeUnits = fc
      .array(fc.nat(0xffff), { maxLength: 10 })
      .map((units) => String.fromCharCode(...units));
    const target = fc.oneof(fc.string(), codeUnits, strangePath);
    fc.assert(
      fc.property(target, fc.constantFrom('', '/', '/é', '/pay/'), (text, before) => {
        const path = before + text;
        if (root.passes(path))
          expect(new ClosedPaths([withoutQuery(path)]).closes(path), path).to.equal(true);
        else expect(closed.closes(path), path).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('take 256 prefixes and the longest targets', () => {
    const prefixes = Array.from({ length: 256 }, (_, index) => `/${'x'.repeat(index)}/y`);
    const long = '/a'.repeat(30_000);
    expect(new PassPaths(prefixes).passes(long)).to.equal(false);
    expect(new ClosedPaths(prefixes).closes(long)).to.equal(false);
    expect(new PassPaths(prefixes).passes(`/${'x'.repeat(255)}/y/z`)).to.equal(true);
  });
});
