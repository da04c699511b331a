import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { ScheduleInput } from '../../../src/schedule/timeline.ts';
import { checkSchedule } from '../../../src/schedule/timeline.ts';

const guide = readFileSync(new URL('../../../docs/schedules.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
const createdAt = Temporal.Instant.from('2026-11-01T00:00:00Z');

describe('docs: the guide to schedules', () => {
  it('has examples of all kinds', () => expect(examples.length).to.be.at.least(3));

  for (const example of examples) {
    it(`shows one that can be kept: ${example.split('\n').slice(0, 2).join(' ')}`, () => {
      checkSchedule(parse(example) as ScheduleInput, createdAt);
    });
  }
});
