import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { operatorMetrics } from '../../../src/operator/metrics.ts';
import { Metrics } from '../../../src/responder/observe/metrics.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');

interface Family {
  readonly name: string;
  readonly type: string;
}

/** The rows of the table below a heading. */
const documented = (heading: string): Family[] => {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = text.split('\n## ');
  const rows = section.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \|/gm);
  return [...rows].map(([, name = '', type = '']) => ({ name, type }));
};

const families = (text: string): Family[] =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    .map(([, name = '', type = '']) => ({ name, type }))
    .filter(({ name }) => !/^(process|nodejs)_/.test(name));

describe('docs/metrics.md', () => {
  it('names every metric of the responder, and no other', async () => {
    const metrics = new Metrics({
      lagSeconds: () => 0,
      connections: () => 0,
      orphanGates: () => 0,
      addressFindings: () => new Map(),
    });
    expect(documented('Responder')).to.have.deep.members(families(await metrics.render()));
  });

  it('names every metric of the operator, and no other', async () => {
    expect(documented('Operator')).to.have.deep.members(families(await operatorMetrics().registry.metrics()));
  });
});
