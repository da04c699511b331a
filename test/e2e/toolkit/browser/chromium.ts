import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { ingressAddress } from '../cluster.ts';

/** Where Debian puts it, and others too. */
const executablePath = '/usr/bin/chromium';

let running: Promise<Browser> | undefined;

/** The one Chromium of all tests, started when the first of them asks. Every name leads to the ingress. */
export async function theBrowser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath,
    args: [
      `--host-resolver-rules=MAP * ${ingressAddress}`,
      // The cluster's namespaces are the sandbox, and inside of them nobody may build another one.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
    ],
  });
  return running;
}

after('close the browser', async () => (await running)?.close());
