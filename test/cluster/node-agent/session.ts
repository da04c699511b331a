import { readdirSync, readFileSync } from 'node:fs';

/** The processes of a session that still run. */
function membersOf(session: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        // proc(5): state, parent, group and session follow the program's name, which is in brackets and may hold any.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return fields[0] !== 'Z' && Number(fields[3]) === session;
      } catch {
        // It has just ended.
        return false;
      }
    });
}

/**
 * Ends all processes of a session at once. Its group is not all of it: a program may put what it starts into groups of
 * their own, as haproxy-ingress does with HAProxy, and what outlives it keeps its sockets.
 */
export function killSession(session: number): void {
  const killed = new Set<number>();
  for (;;) {
    // One that is on its way out starts no other; one that was started meanwhile shows in the next round.
    const members = membersOf(session).filter((pid) => !killed.has(pid));
    if (members.length === 0) return;
    for (const pid of members) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
  }
}
