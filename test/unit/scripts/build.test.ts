import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bundlePrograms, type Directories } from '../../../scripts/build.ts';

const run = promisify(execFile);
const project = dirname(dirname(dirname(import.meta.dirname)));

const dispatcher = `
const [program] = process.argv.slice(2);
if (program === 'operator') await import('./operator.ts');
else await import('./responder.ts');
`;

describe('the bundles', function () {
  this.timeout(60_000);
  let directories: Directories;
  let parent: string;

  beforeEach(async () => {
    // Inside node_modules, so that the packages that the programs import are found.
    const cache = join(project, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    parent = await mkdtemp(join(cache, 'build-'));
    directories = { source: join(parent, 'main'), output: join(parent, 'dist') };
    await mkdir(directories.source);
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  const build = async (programs: { operator: string; responder: string }): Promise<void> => {
    const files = { backsoon: dispatcher, 'kubectl-backsoon': '', ...programs };
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(directories.source, `${name}.ts`), text);
    }
    await bundlePrograms(directories);
  };

  const start = async (program: string): Promise<string> =>
    (await run(process.execPath, [join(directories.output, 'backsoon.mjs'), program])).stdout.trim();

  it('run, each program from a file of its own, with CommonJS packages inside', async () => {
    await build({
      operator: "import express from 'express'; console.log(typeof express());",
      responder: "import ip from 'ipaddr.js'; console.log(ip.parse('192.0.2.1').kind());",
    });
    expect(await start('operator')).to.equal('function');
    expect(await start('responder')).to.equal('ipv4');
    expect((await readFile(join(directories.output, 'backsoon.mjs'), 'utf8')).length).to.be.below(2000);
  });

  it("load of Node's own modules only what they use", async () => {
    const heavy = '/\\/(undici|http2)(\\/|$)/';
    const responder = `
      import { createServer } from 'node:http';
      createServer().close();
      console.log(process.moduleLoadList.filter((name) => ${heavy}.test(name)).join());
    `;
    await build({ operator: responder.replace("'node:http'", "'node:http2'"), responder });
    expect(await start('responder')).to.equal('');
    expect(await start('operator'), 'what is used is found').to.include('http2');
  });

  it('are refused when the responder would carry what is too heavy for it', async () => {
    const heavy = { operator: '', responder: "import { request } from 'undici'; console.log(request);" };
    const error: unknown = await build(heavy).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.match(/responder's bundle holds undici, which .*responder\.ts imports/);
  });
});
