import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../cluster/tools/lock.ts';

describe('the lock of the tool builds', () => {
  let directory = '';
  let path = '';
  const nobody = (): void => undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'backsoon-lock-'));
    path = join(directory, 'lock');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('lets one work after the other', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = withLock(
      path,
      async () => {
        order.push('one begins');
        await first.promise;
        order.push('one ends');
      },
      nobody,
    );
    const two = withLock(
      path,
      async () => {
        order.push('two');
        await Promise.resolve();
      },
      (pid) => {
        order.push(`two waits for ${pid === process.pid ? 'one' : 'somebody else'}`);
        first.resolve();
      },
    );
    await Promise.all([one, two]);
    expect(order).to.deep.equal(['one begins', 'two waits for one', 'one ends', 'two']);
    expect(existsSync(path)).to.equal(false);
  });

  it('is taken over from a process that is dead', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(path, String(pid));
    expect(await withLock(path, async () => await Promise.resolve('done'), nobody)).to.equal('done');
  });

  it('is given back when the work fails', async () => {
    const failure = await withLock(path, async () => await Promise.reject(new Error('no')), nobody).catch(
      String,
    );
    expect(failure).to.equal('Error: no');
    expect(existsSync(path)).to.equal(false);
  });
});
