/** One directory of the node that a container sees at a place of its own. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface RootFileSystem {
  /** An empty directory of this container alone, on a tmpfs. */
  readonly directory: string;
  readonly mounts: readonly Mount[];
  /** Directories of the host that programs need and that a mount must not hide. */
  readonly keep: readonly string[];
  readonly workingDirectory: string;
}

/** These are never overlaid: file systems of the kernel, and places that are private to the namespaces anyway. */
const notOverlaid = new Set(['proc', 'dev', 'sys', 'run', 'tmp']);

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const topOf = (path: string): string => path.split('/')[1] ?? '';

/**
 * A shell script that builds a container's root out of the host's and then executes its own arguments in it.
 * The host's directories are seen as they are; those in which a container writes or mounts get a throw-away
 * layer on top, so that nothing of it reaches the host.
 */
export function rootScript({ directory, mounts, keep, workingDirectory }: RootFileSystem): string {
  const overlaid = new Set(['etc', 'var', ...mounts.map(({ target }) => topOf(target))]);
  const layers = [...overlaid].filter((top) => top !== '' && !notOverlaid.has(top));
  const hidden = keep.filter((path) => mounts.some(({ target }) => `${path}/`.startsWith(`${target}/`)));
  const outside = [
    'set -e',
    `R=${quote(directory)}`,
    'mount -t tmpfs -o mode=755 root "$R"',
    'mkdir "$R/.layers" "$R/.kept" "$R/.host"',
    'for entry in /*; do',
    '  if [ -L "$entry" ]; then ln -s "$(readlink "$entry")" "$R$entry"',
    '  elif [ -d "$entry" ]; then mkdir "$R$entry"; mount --rbind "$entry" "$R$entry"',
    '  fi',
    'done',
    ...layers.map(
      (top) =>
        `if [ ! -L ${quote(`/${top}`)} ]; then t=${quote(top)}; mkdir -p "$R/$t" "$R/.layers/$t/upper" "$R/.layers/$t/work"; ` +
        `[ ! -d "/$t" ] || mount -t overlay overlay -o "lowerdir=/$t,upperdir=$R/.layers/$t/upper,workdir=$R/.layers/$t/work" "$R/$t" 2>/dev/null || true; fi`,
    ),
    ...hidden.map(
      (path, index) => `mkdir "$R/.kept/${index}"; mount --rbind ${quote(path)} "$R/.kept/${index}"`,
    ),
  ];
  const inside = [
    'set -e',
    'umount -l /.host',
    ...mounts.map(({ source, target, readOnly }) => mountLine(source, target, readOnly)),
    ...hidden.map((path, index) => `mkdir -p ${quote(path)}; mount --rbind /.kept/${index} ${quote(path)}`),
    `cd ${quote(workingDirectory)}`,
    'exec "$@"',
  ];
  // Not chroot: in a chroot no program could open a user namespace of its own (Squid and Chromium do).
  const enter = 'cd "$R"; pivot_root . .host';
  return [...outside, enter, `exec chroot . sh -c ${quote(inside.join('\n'))} sh "$@"`].join('\n');
}

function mountLine(source: string, target: string, readOnly: boolean): string {
  const [from, to] = [quote(source), quote(target)];
  const place = `if [ -d ${from} ]; then mkdir -p ${to}; else mkdir -p "$(dirname ${to})"; [ -e ${to} ] || : > ${to}; fi`;
  const bind = `mount --bind ${from} ${to}`;
  return readOnly ? `${place}; ${bind}; mount -o remount,bind,ro ${to}` : `${place}; ${bind}`;
}
