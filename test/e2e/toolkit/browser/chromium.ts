import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { inside } from '../cluster.ts';
import { resolverRules } from '../dns.ts';

/** The Chromium that `npm run test:e2e` asked for. */
function executablePath(): string {
  const paths = inside('PATH')
    .split(delimiter)
    .map((directory) => join(directory, 'chromium'));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`no chromium in ${paths.join(', ')}`);
  return found;
}

let running: Promise<Browser> | undefined;

/** The one Chromium of all tests, started when the first of them asks. Every name leads to its ingress. */
export async function theBrowser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: executablePath(),
    args: [
      `--host-resolver-rules=${resolverRules()}`,
      // The cluster's namespaces are the sandbox, and inside of them nobody may build another one.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
    ],
  });
  return running;
}

after('close the browser', async () => (await running)?.close());
