/** A name of one or more labels, or an IPv6 literal; a root dot and a port may follow. */
const hostSyntax = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::\d{1,5})?$/i;

const longestHost = 260;

/**
 * The one spelling of a host that a visitor asked for: lower case, without port and root dot.
 * @returns undefined when it is missing or no host; a list of hosts is none.
 */
export function hostName(raw: string | undefined): string | undefined {
  if (raw === undefined || raw.length > longestHost) return undefined;
  return hostSyntax.exec(raw)?.[1]?.toLowerCase();
}

/** Host names and wildcards, ready to be asked; one costs as much as 256. */
export class HostNames {
  readonly #names: ReadonlySet<string>;
  /** What follows the first label of those that a wildcard stands for, with its dot. */
  readonly #parents: ReadonlySet<string>;

  /** @param hosts as {@link hostName} spells them; `*.example.com` stands for exactly one more label. */
  constructor(hosts: readonly string[]) {
    this.#names = new Set(hosts.filter((host) => !host.startsWith('*.')));
    this.#parents = new Set(hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1)));
  }

  /** @param name as {@link hostName} spells it. */
  has(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (this.#parents.size === 0) return false;
    const dot = name.indexOf('.');
    return dot > 0 && this.#parents.has(name.slice(dot));
  }
}
