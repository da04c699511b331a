// Bundles the programs: backsoon.mjs, which dispatches, and one file for each program that it starts, or loads when needed.
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = dirname(import.meta.dirname);

/** Composition roots in src/main, and the bundles' names. */
const programs = ['backsoon', 'operator', 'responder', 'kubectl-backsoon'] as const;

/** What a program imports dynamically, when it needs it at all: a bundle of its own, too. */
const parts = ['kubeconfig'] as const;

/** Packages that cost tens of megabytes each: the data plane has to do without them. */
const notInResponder = ['@kubernetes/client-node', 'undici', 'express'];

/** CommonJS packages `require` Node's own modules; an ES module has no `require` unless it makes one. */
const requireBanner = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

/**
 * Takes Node's own modules from `process.getBuiltinModule`. An ES import of `node:http` reads all its exports at once,
 * and so loads what is behind the lazy ones: undici, web streams and more, 6 MB and a tenth of the start.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

export interface Directories {
  /** Where the composition roots are. */
  readonly source: string;
  /** Where the bundles go. */
  readonly output: string;
}

/** What is imported dynamically beside the programs stays a file of its own, loaded only when it is asked for. */
const programsApart = (source: string): Plugin => ({
  name: 'programs-apart',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^\.\/[a-z]+\.ts$/ }, ({ path, kind, resolveDir }) => {
      const isApart = [...programs, ...parts].some((name) => path === `./${name}.ts`);
      if (kind !== 'dynamic-import' || resolveDir !== source || !isApart) return undefined;
      return { path: path.replace(/\.ts$/, '.mjs'), external: true };
    });
  },
});

/** @throws Error that names the package that has no business in the responder, and the file that asks for it. */
function checkResponder(metafile: Metafile): void {
  for (const unwanted of notInResponder) {
    const isPartOfIt = (path: string): boolean => path.includes(`node_modules/${unwanted}/`);
    const importer = Object.entries(metafile.inputs).find(
      ([file, { imports }]) => !isPartOfIt(file) && imports.some(({ path }) => isPartOfIt(path)),
    );
    if (importer !== undefined) {
      throw new Error(
        `The responder's bundle holds ${unwanted}, which ${importer[0]} imports: it has to do without.`,
      );
    }
  }
}

/**
 * Bundles every program for the project's Node, each with its source map. Returns each bundle's size in bytes.
 * @throws Error when a composition root is missing or the responder's bundle holds what it must not.
 */
export async function bundlePrograms({ source, output }: Directories): Promise<ReadonlyMap<string, number>> {
  for (const program of programs) await access(join(source, `${program}.ts`));
  await mkdir(output, { recursive: true });
  const sizes = new Map<string, number>();
  const found = parts.filter((part) => existsSync(join(source, `${part}.ts`)));
  for (const program of [...programs, ...found]) {
    const outfile = join(output, `${program}.mjs`);
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [join(source, `${program}.ts`)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node26',
      format: 'esm',
      sourcemap: 'linked',
      sourcesContent: false,
      legalComments: 'linked',
      charset: 'utf8',
      banner: { js: requireBanner },
      plugins: [programsApart(source), lazyBuiltins],
      metafile: true,
      logLevel: 'warning',
    });
    if (program === 'responder') checkResponder(metafile);
    sizes.set(outfile, metafile.outputs[relative(root, outfile)]?.bytes ?? 0);
  }
  return sizes;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { outdir: { type: 'string', default: join(root, 'dist') } } });
  await mkdir(values.outdir, { recursive: true });
  // Local clusters may be running what is there, and starting more of it: each file changes at once.
  const fresh = await mkdtemp(`${values.outdir}-`);
  try {
    const sizes = await bundlePrograms({ source: join(root, 'src', 'main'), output: fresh });
    for (const file of await readdir(fresh)) await rename(join(fresh, file), join(values.outdir, file));
    for (const [file, bytes] of sizes) {
      const placed = join(values.outdir, basename(file));
      console.log(`${relative(root, placed)}  ${Math.ceil(bytes / 1024)} KiB`);
    }
  } finally {
    await rm(fresh, { recursive: true });
  }
}
