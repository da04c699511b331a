import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { once } from 'node:events';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, Failure } from '../failure.ts';
import { moduleDirectory, tools, ToolPaths, type Tool } from './catalogue.ts';
import { findInstalled } from './installed.ts';
import { withLock } from './lock.ts';

/** Told what is going on, a line at a time. */
export type Progress = (line: string) => void;

const cacheDirectory = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'backsoon', 'tools');

function fingerprint(tool: Tool): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(moduleDirectory(tool), file)));
  hash.update(JSON.stringify([tool.programs, tool.ldflags, tool.files, process.arch]));
  return hash.digest('hex').slice(0, 12);
}

/** @throws Failure when there is no Go that can build (or fetch what can). */
function requireGo(): void {
  const answer = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const wish = 'The local cluster builds its programs (etcd, Kubernetes, Helm, ingress controllers) with Go 1.21 or later';
  if (answer.error !== undefined) throw new Failure(`${wish}: install Go and put it on the PATH.`, exitCodes.unavailable);
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(answer.stdout) ?? [];
  if (Number(major) === 1 && Number(minor) < 21) {
    throw new Failure(`${wish}: the one on the PATH is ${answer.stdout.trim()}.`, exitCodes.unavailable);
  }
}

/** When this process is told to end, the compiler ends too, and its unfinished file goes. */
function endWith(child: ChildProcess, unfinished: string): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    child.kill('SIGKILL');
    rmSync(unfinished, { force: true });
    process.exit(128 + constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => signals.forEach((signal) => process.off(signal, stop));
}

/** Removes what builds that were killed have left; the caller holds the lock. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith('.')) rmSync(join(directory, name), { force: true, recursive: true });
  }
}

/** Builds one program to a temporary name and moves it into place when it is whole. */
async function buildProgram(tool: Tool, program: string, directory: string): Promise<void> {
  const goPackage = tool.programs[program] ?? '';
  const unfinished = join(directory, `.${program}.${process.pid}`);
  const child = spawn(
    'go',
    ['build', '-mod=readonly', '-trimpath', '-ldflags', tool.ldflags, '-o', unfinished, goPackage],
    {
      cwd: moduleDirectory(tool),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' },
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-4000);
  });
  const forget = endWith(child, unfinished);
  const [code] = (await once(child, 'close')) as [number | null];
  forget();
  if (code !== 0) {
    rmSync(unfinished, { force: true });
    throw new Failure(`building ${program} ${tool.version} failed:\n${said}`);
  }
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, join(directory, program));
}

/** Go keeps its modules read-only; whoever removes the cache must be able to. */
function makeWritable(path: string): void {
  chmodSync(path, statSync(path).mode | 0o200);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) makeWritable(join(path, name));
}

function copyModuleFiles(tool: Tool, directory: string): void {
  if (tool.files === undefined) return;
  const { module, copies } = tool.files;
  const answer = spawnSync('go', ['list', '-m', '-f', '{{.Dir}}', module], {
    cwd: moduleDirectory(tool),
    encoding: 'utf8',
  });
  if (answer.status !== 0) throw new Failure(`go list -m ${module} failed: ${answer.stderr}`);
  for (const [from, to] of Object.entries(copies)) {
    const unfinished = join(directory, `.${to}.${process.pid}`);
    cpSync(join(answer.stdout.trim(), from), unfinished, { recursive: true });
    makeWritable(unfinished);
    renameSync(unfinished, join(directory, to));
  }
}

interface Missing {
  readonly tool: Tool;
  readonly program: string;
  readonly directory: string;
}

async function build(missing: readonly Missing[], progress: Progress): Promise<void> {
  requireGo();
  progress(`Building ${missing.length} programs. The first time takes about twenty minutes; they are kept in ${cacheDirectory()}.`);
  const startedAt = Date.now();
  for (const [index, { tool, program, directory }] of missing.entries()) {
    if (existsSync(join(directory, program))) continue;
    const title = `[${index + 1}/${missing.length}] ${program} ${tool.version}`;
    const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
    progress(`${title} ... (${seconds()} s so far)`);
    const reminder = setInterval(() => progress(`${title} ... still building (${seconds()} s so far)`), 30_000);
    try {
      await buildProgram(tool, program, directory);
    } finally {
      clearInterval(reminder);
    }
  }
  progress(`Built in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

const directoryOf = (tool: Tool): string =>
  join(cacheDirectory(), `${tool.name}-${tool.version}-${fingerprint(tool)}`);

/** A program of a tool where it is now, built or installed; undefined: it would have to be built. */
export function findProgram(name: Tool['name'], program: string): string | undefined {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) return undefined;
  const cached = join(directoryOf(tool), program);
  return existsSync(cached) ? cached : findInstalled(tool, program);
}

/**
 * Makes sure that the named tools' programs exist, building what is missing into a cache outside the work tree.
 * @throws Failure when a build fails, or Go is missing or too old.
 */
export async function provideTools(names: readonly Tool['name'][], progress: Progress): Promise<ToolPaths> {
  const paths: Record<string, string> = {};
  const missing: Missing[] = [];
  for (const tool of tools.filter((tool) => names.includes(tool.name))) {
    const directory = directoryOf(tool);
    for (const program of Object.keys(tool.programs)) {
      const cached = join(directory, program);
      paths[program] = existsSync(cached) ? cached : (findInstalled(tool, program) ?? cached);
      if (!existsSync(paths[program])) missing.push({ tool, program, directory });
    }
    for (const file of Object.values(tool.files?.copies ?? {})) {
      paths[file] = join(directory, file);
    }
  }
  await complete(missing, paths, names, progress);
  return new ToolPaths(paths);
}

async function complete(
  missing: readonly Missing[],
  paths: Readonly<Record<string, string>>,
  names: readonly Tool['name'][],
  progress: Progress,
): Promise<void> {
  const incomplete = tools.filter(
    (tool) =>
      names.includes(tool.name) &&
      Object.values(tool.files?.copies ?? {}).some((file) => !existsSync(paths[file] ?? '')),
  );
  if (missing.length === 0 && incomplete.length === 0) return;
  mkdirSync(cacheDirectory(), { recursive: true });
  const waiting = (pid: number): void =>
    progress(`Process ${pid} is building the same programs; waiting for it.`);
  await withLock(
    join(cacheDirectory(), 'lock'),
    async () => {
      for (const { directory } of missing) {
        mkdirSync(directory, { recursive: true });
        sweep(directory);
      }
      const still = missing.filter(({ program, directory }) => !existsSync(join(directory, program)));
      if (still.length > 0) await build(still, progress);
      for (const tool of incomplete) {
        const directory = directoryOf(tool);
        mkdirSync(directory, { recursive: true });
        copyModuleFiles(tool, directory);
      }
    },
    waiting,
  );
}
