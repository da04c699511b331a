import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { exitCodes, Failure } from './failure.ts';

/** What opens the private namespaces in which the cluster lives. */
export const unshare = [
  'unshare',
  '--user',
  '--map-root-user',
  '--net',
  '--mount',
  '--pid',
  '--fork',
  // Whatever happens to the parent, nothing in the namespaces outlives it.
  '--kill-child',
  '--mount-proc',
] as const;

/** Why the local cluster cannot run here, in one sentence; undefined when it can. */
export function missingNamespaces(): string | undefined {
  if (process.platform !== 'linux') {
    return `The local cluster needs Linux namespaces, and this is ${process.platform}: run it on Linux or in a Linux virtual machine.`;
  }
  const [program, ...args] = unshare;
  const { status, stderr, error } = spawnSync(program, [...args, 'true'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  const said = (error?.message ?? stderr ?? '').trim();
  return `The local cluster needs user, network, mount and pid namespaces, and this host does not grant them (${said}): allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), or run as root.`;
}

/** Program, or other thing that is needed → the Debian package that has it. */
const packages = {
  ip: 'iproute2',
  nft: 'nftables',
  openssl: 'openssl',
  curl: 'curl',
  nginx: 'nginx-light',
  squid: 'squid',
  chromium: 'chromium',
  pngquant: 'pngquant',
  wrk: 'wrk',
  haproxy: 'haproxy',
  'headers-more': 'libnginx-mod-http-headers-more-filter',
  'lua-json': 'lua-json',
} as const;

export type Program = keyof typeof packages;

/** Those that are no programs: where their packages put them. */
const files: Partial<Record<Program, string>> = {
  'headers-more': '/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so',
  'lua-json': '/usr/share/lua/5.3/json.lua',
};

const isThere = (program: Program): boolean => {
  const file = files[program];
  return file === undefined ? isOnPath(program) : existsSync(file);
};

function isOnPath(program: string): boolean {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Makes sure that the programs exist: as root with apt-get, else by asking for them.
 * @throws Failure that names the packages to install.
 */
export function requirePrograms(programs: readonly Program[], progress: (line: string) => void): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const names = missing.map((program) => packages[program]).join(' ');
  const wish = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: install the Debian packages ${names}`;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Failure(
      `${wish} (sudo apt-get install ${names}), or what your distribution calls them.`,
      exitCodes.unavailable,
    );
  }
  progress(`Installing ${names} with apt-get ...`);
  // RUNLEVEL=1: the packages' own services are not started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...names.split(' ')],
  ]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status !== 0) {
      throw new Failure(
        `${wish}; apt-get ${args[0]} failed: ${(stderr || stdout).trim().slice(-500)}`,
        exitCodes.unavailable,
      );
    }
  }
}
