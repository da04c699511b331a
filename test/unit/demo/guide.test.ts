import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { showTour } from '../../../demo/guide.ts';
import { expectSeen } from '../../../demo/not-seen.ts';
import type { Step } from '../../../demo/scene.ts';
import { Screen } from '../../../demo/screen.ts';

const step = (title: string, run: () => void): Step => ({
  title,
  explanation: `about ${title}`,
  run: async () => run(),
});

async function unattended(steps: readonly Step[]): Promise<{ notSeen: string | undefined; printed: string }> {
  const stream = new PassThrough();
  const screen = new Screen(stream);
  const notSeen = await showTour(steps, { screen, shopUrl: 'https://shop.localhost', terminal: undefined });
  stream.end();
  return { notSeen, printed: await text(stream) };
}

describe('the unattended tour', () => {
  it('shows every step with a tick, a number and its seconds', async () => {
    const { notSeen, printed } = await unattended([step('first', () => {}), step('second', () => {})]);
    expect(notSeen).to.equal(undefined);
    expect(printed).to.match(/1\/2 {2}first\n {2}about first\n+ {2}✓ first {2}\(\d+\.\d s\)\n/);
    expect(printed).to.match(/2\/2 {2}second\n {2}about second\n+ {2}✓ second {2}\(\d+\.\d s\)\n/);
  });

  it('ends at the first step that was not seen, with what was expected and what was seen', async () => {
    const { notSeen, printed } = await unattended([
      step('first', () => expectSeen(false, 'status 200', 'status 503')),
      step('second', () => {}),
    ]);
    expect(notSeen).to.equal('first\nexpected: status 200\nseen:     status 503');
    expect(printed).to.include('✗ first\n    expected: status 200\n    seen:     status 503\n');
    expect(printed).not.to.include('second');
  });

  it('prints no colours where there is no terminal', async () => {
    const { printed } = await unattended([step('only', () => {})]);
    expect(printed).not.to.include('\u001B');
  });
});
