import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** True while the process exists (also when it belongs to somebody else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function take(path: string): boolean {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    // A link appears whole or not at all, so nobody ever reads a lock without its holder.
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Runs the work while this process alone holds the lock file. A lock whose holder is dead is taken over.
 * @param onWait called once, with the holder's process id, when somebody else holds the lock
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  onWait: (pid: number) => void,
): Promise<T> {
  let told = false;
  while (!take(path)) {
    const pid = holder(path);
    if (pid !== undefined && !isAlive(pid)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told && pid !== undefined) onWait(pid);
    told = true;
    await pause(500);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
