// The first thing every npm script runs. It needs nothing but the Node that the host has (20 or later):
// it installs the project's dependencies when they are missing or stale, then goes on with the project's own Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(root, 'node_modules', '.backsoon-installed');
const lock = join(root, '.install-lock');
const staleLockMs = 10 * 60_000;

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package.json')))
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const installed = () => existsSync(marker) && readFileSync(marker, 'utf8') === wanted;

/** Two commands started at once on a fresh clone: one installs, the other waits for it. */
async function withInstallLock(work) {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const heldSince = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - heldSince > staleLockMs) rmdirSync(lock);
      else await sleep(500);
    }
  }
  try {
    work();
  } finally {
    rmdirSync(lock);
  }
}

function install() {
  if (installed()) return;
  process.stderr.write('Installing the dependencies (once) ...\n');
  // Not `npm ci`: that refuses a lock file without the optional packages of platforms that a registry does not carry.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    process.stderr.write('npm install failed; what it printed above says why.\n');
    process.exitCode = npm.status || 1;
    return;
  }
  writeFileSync(marker, wanted);
}

if (!installed()) await withInstallLock(install);
if (!installed()) process.exit();

const [command, ...args] = process.argv.slice(2);
const bin = join(root, 'node_modules', '.bin');
const child = spawn(join(bin, 'node'), [join(root, 'scripts', `${command}.ts`), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` },
});
// A terminal's Ctrl-C reaches the child by itself; a `kill` of this process has to be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
