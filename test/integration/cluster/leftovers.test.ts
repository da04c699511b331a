import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from '../../cluster/wait.ts';

const script = join(dirname(dirname(dirname(import.meta.dirname))), 'scripts/cluster.ts');

/** A cluster of a test's own, started the way a person starts it, in a temporary directory of its own. */
class Run {
  readonly directory = mkdtempSync(join(tmpdir(), 'backsoon-leftovers-'));
  readonly child: ChildProcess;
  output = '';

  constructor(command: readonly string[]) {
    this.child = spawn(process.execPath, [script, '--ingress', 'none', '--', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: this.directory },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.output += chunk));
    }
  }

  async exit(): Promise<number | null> {
    const [code] = (await once(this.child, 'close')) as [number | null];
    return code;
  }

  async printed(text: string): Promise<void> {
    const seen = (): true => {
      if (this.output.includes(text)) return true;
      throw new Error(this.output);
    };
    await waitFor(seen, { what: `"${text}" in the output`, timeoutSeconds: 40 });
  }

  /** Processes that inherited this run's environment: whatever the cluster started for itself. */
  processes(): string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.directory);
      } catch {
        return false;
      }
    });
  }

  files(): string[] {
    return readdirSync(this.directory);
  }
}

/** Without the networks of Pods: those of the cluster in which this test itself runs come and go. */
const mounts = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => !line.includes(' /run/netns/pod'));

describe('what a local cluster leaves behind', () => {
  let run: Run | undefined;
  let before: string[] = [];

  const start = (...command: string[]): Run => (run = new Run(command));
  const expectNothingLeft = (): void => {
    expect(run?.processes()).to.deep.equal([]);
    expect(run?.files()).to.deep.equal([]);
    expect(mounts()).to.deep.equal(before);
  };

  beforeEach(() => (before = mounts()));
  afterEach(() => {
    run?.child.kill('SIGKILL');
    if (run !== undefined) rmSync(run.directory, { recursive: true, force: true });
  });

  it('is nothing after a failing command, whose status it hands on', async () => {
    const { output } = start('sh', '-c', 'kubectl get nodes; exit 3');
    expect(await run?.exit(), output).to.equal(3);
    expect(run?.output).to.contain('node1');
    expectNothingLeft();
  });

  it('is nothing after SIGINT', async () => {
    start('sh', '-c', 'echo it runs; sleep 300');
    await run?.printed('it runs');
    expect(run?.processes()).not.to.deep.equal([]);
    run?.child.kill('SIGINT');
    expect(await run?.exit()).to.equal(130);
    expectNothingLeft();
  });

  it('is nothing after the command itself was killed', async () => {
    start('sh', '-c', 'kill -9 $$');
    expect(await run?.exit()).to.equal(137);
    expectNothingLeft();
  });

  it('is nothing after the process that started it was killed', async () => {
    start('sh', '-c', 'echo it runs; sleep 300');
    await run?.printed('it runs');
    run?.child.kill('SIGKILL');
    const gone = (): true => {
      const left = [...(run?.processes() ?? []), ...(run?.files() ?? [])];
      if (left.length === 0) return true;
      throw new Error(left.join(' '));
    };
    await waitFor(gone, { what: 'everything to be gone', timeoutSeconds: 20 });
    expectNothingLeft();
  });
});
