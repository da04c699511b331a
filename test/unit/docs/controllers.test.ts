import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { reasons } from '../../../src/api/conditions.ts';
import { drivers } from '../../../src/gates/drivers.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('the page of each ingress controller', () => {
  const list = read('controllers/README.md');
  for (const { name, rules } of Object.values(drivers)) {
    it(`${name} has one, and the list leads there`, () => {
      expect(list).to.contain(`\`${name}\``).and.to.contain(`(${name}.md)`);
      expect(read(`controllers/${name}.md`)).to.contain('## What is refused');
    });

    it(`${name} names every setting that it refuses or warns of, with the reason`, () => {
      const rows = read(`controllers/${name}.md`)
        .split('\n')
        .filter((line) => line.startsWith('| '));
      for (const { key, effect } of rules) {
        const row = rows.find(
          (line) => line.includes(`\`${key}`) && line.includes(effect === 'warn' ? 'a warning' : effect),
        );
        expect(row, `a row for ${key}, ${effect}`).not.to.equal(undefined);
      }
    });
  }
});

/** What needs no cure. */
const good = new Set<string>(['Accepted', 'Armable', 'GatesProven', 'Closed', 'Plausible', 'Ready']);

describe('docs/conditions.md', () => {
  const text = read('conditions.md');
  for (const reason of Object.keys(reasons).filter((each) => !good.has(each))) {
    it(`says what to do about ${reason}`, () => {
      expect(text).to.contain(`\`${reason}\``);
    });
  }
});
