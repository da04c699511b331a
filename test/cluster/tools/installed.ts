import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Tool } from './catalogue.ts';

/** A program of the right version in KUBEBUILDER_ASSETS or on the PATH. */
export function findInstalled(tool: Tool, program: string): string | undefined {
  const directories = [process.env['KUBEBUILDER_ASSETS'], ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const directory of directories) {
    if (!directory) continue;
    const path = join(directory, program);
    if (isExecutable(path) && hasVersion(tool, program, path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasVersion(tool: Tool, program: string, path: string): boolean {
  const args = program === 'kubectl' ? ['version', '--client'] : tool.versionArguments;
  const { stdout } = spawnSync(path, args, { encoding: 'utf8', timeout: 10_000 });
  const wanted = tool.version.replace(/^v/, '');
  return (stdout ?? '').split(/[\s+v]+/).includes(wanted);
}
