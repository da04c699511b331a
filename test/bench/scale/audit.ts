import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** What of one line of the API server's audit log matters here. */
interface AuditEntry {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code: number };
}

/** Verb and resource, such as `patch ingresses`, → how many. */
export type Counts = Readonly<Record<string, number>>;

/** What the operator asked the API server to write, leader election apart. */
export interface Writes {
  readonly made: Counts;
  readonly dryRuns: Counts;
  /** Those that the API server did not accept, by status. */
  readonly refused: Counts;
}

const operator = 'system:serviceaccount:backsoon-system:backsoon-operator';
const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const blockBytes = 1024 * 1024;

export const sum = (counts: Counts): number => Object.values(counts).reduce((total, each) => total + each, 0);

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** A write of the operator's, but no renewal of its lease; undefined for any other line. */
function operatorsWrite(line: string): AuditEntry | undefined {
  if (!line.includes(operator)) return undefined;
  const entry = JSON.parse(line) as AuditEntry;
  const isWrite = entry.user.username === operator && writing.has(entry.verb);
  return isWrite && entry.objectRef?.resource !== 'leases' ? entry : undefined;
}

const nameOf = ({ objectRef }: AuditEntry): string =>
  [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined).join('/');

/** Reads the audit log piece by piece: with thousands of Ingresses it is long. */
export class AuditLog {
  readonly #path: string;
  readonly #decoder = new StringDecoder('utf8');
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** What the operator wrote since the last call. */
  take(): Writes {
    const made: Record<string, number> = {};
    const dryRuns: Record<string, number> = {};
    const refused: Record<string, number> = {};
    for (const line of this.#lines()) {
      const entry = operatorsWrite(line);
      if (entry === undefined) continue;
      const what = [entry.verb, nameOf(entry)].join(' ');
      const code = entry.responseStatus?.code ?? 0;
      if (code >= 400) count(refused, `${what} ${code}`);
      count(entry.requestURI.includes('dryRun=All') ? dryRuns : made, what);
    }
    return { made, dryRuns, refused };
  }

  *#lines(): Generator<string> {
    const file = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(file);
      // A log that was rotated begins anew.
      if (size < this.#offset) throw new Error('the audit log was rotated: its counts would be wrong');
      const block = Buffer.alloc(blockBytes);
      while (this.#offset < size) {
        const read = readSync(file, block, 0, blockBytes, this.#offset);
        this.#offset += read;
        const lines = (this.#rest + this.#decoder.write(block.subarray(0, read))).split('\n');
        this.#rest = lines.pop() ?? '';
        yield* lines;
      }
    } finally {
      closeSync(file);
    }
  }
}
