import { expect } from 'chai';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { run } from '../cluster.ts';

/** Where pictures for the documentation go; without it none are made. */
const directory = process.env['BACKSOON_SCREENSHOTS'];

/** They are kept in git and read over the net. */
const mostBytes = 60_000;

/** Keeps a picture of what the tab shows as `<name>.png`, when pictures are wished for. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (directory === undefined) return;
  const path = resolve(directory, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  await run('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, path]);
  expect(statSync(path).size, `bytes of ${path}`).to.be.below(mostBytes);
}
