/** What went wrong, by cause: what a caller branches on. */
export type KubeErrorCode =
  /** The object, or the whole resource type, does not exist. */
  | 'NotFound'
  /** Server-side apply met fields of somebody else; see `conflicts`. */
  | 'FieldManagerConflict'
  /** A stale resourceVersion, a uid of a deleted object, a failed precondition: observe again. */
  | 'Conflict'
  | 'AlreadyExists'
  /** The resourceVersion or continue token is too old: list again. */
  | 'Gone'
  | 'Forbidden'
  | 'Unauthorized'
  /** The server does not accept the request as it is (400, 405, 413, 415, 422): repeating it is no use. */
  | 'Invalid'
  | 'TooManyRequests'
  /** No answer in time: the call may have had its effect. */
  | 'Timeout'
  /** No connection, or it broke: the call may have had its effect. */
  | 'Unreachable'
  | 'ServerError'
  /** An answer that the Kubernetes API does not give: a proxy in between, broken JSON. */
  | 'BadResponse'
  /** A write that was refused here, before it was sent: this process does not lead. */
  | 'NotLeading';

/** One field that server-side apply would not take over, and who holds it. */
export interface FieldConflict {
  /** As the server writes it: `.metadata.annotations.foo/bar`. */
  readonly field: string;
  readonly manager: string;
}

/** What was being asked when it failed. */
export interface Attempt {
  readonly verb: string;
  /** `ingresses.networking.k8s.io` */
  readonly resource: string;
  /** `namespace/name`, the namespace of a list, or empty. */
  readonly name: string;
}

export interface KubeErrorDetails {
  readonly code: KubeErrorCode;
  readonly attempt: Attempt;
  /** The server's own words, or the cause's. */
  readonly message: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  readonly conflicts?: readonly FieldConflict[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Any failure of a call to the API server. Aborting the caller's own signal is none: that rejects with its reason. */
export class KubeError extends Error {
  readonly code: KubeErrorCode;
  readonly attempt: Attempt;
  /** The server's message alone, to show to a person. */
  readonly serverMessage: string;
  readonly status: number | undefined;
  /** Not empty only for `FieldManagerConflict`. */
  readonly conflicts: readonly FieldConflict[];
  readonly retryAfterSeconds: number | undefined;

  constructor(details: KubeErrorDetails) {
    const { attempt } = details;
    const what = [attempt.verb, attempt.resource, attempt.name].filter((part) => part !== '').join(' ');
    super(`${what}: ${details.code}: ${details.message}`, { cause: details.cause });
    this.name = 'KubeError';
    this.code = details.code;
    this.attempt = attempt;
    this.serverMessage = details.message;
    this.status = details.status;
    this.conflicts = details.conflicts ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** True for a KubeError, of the given code when there is one. */
export const isKubeError = (error: unknown, code?: KubeErrorCode): error is KubeError =>
  error instanceof KubeError && (code === undefined || error.code === code);

const transientCodes: ReadonlySet<KubeErrorCode> = new Set([
  'TooManyRequests',
  'Timeout',
  'Unreachable',
  'ServerError',
]);

/** True when the same request may well succeed a little later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof KubeError && transientCodes.has(error.code);

/** The parts of `meta/v1 Status` that say what went wrong. */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

export interface FailedAnswer {
  readonly attempt: Attempt;
  readonly status: number;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as text: a Status in JSON, or whatever a proxy wrote. */
  readonly body: string;
}

/** The error that an answer other than 2xx stands for. */
export const errorFromAnswer = ({ attempt, status, headers, body }: FailedAnswer): KubeError => {
  const said = parseStatus(body);
  return errorFromStatus({
    attempt,
    said: said ?? { message: excerpt(body) || 'no message' },
    status,
    headers,
  });
};

/** The error that the object of an ERROR event in a watch stands for. */
export const errorFromWatch = (attempt: Attempt, object: unknown): KubeError => {
  const said: Status = isRecord(object) ? object : {};
  return errorFromStatus({ attempt, said, status: said.code ?? 500, headers: undefined });
};

interface Said {
  readonly attempt: Attempt;
  readonly said: Status;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

const errorFromStatus = ({ attempt, said, status, headers }: Said): KubeError => {
  const conflicts = fieldConflicts(said);
  const retryAfterSeconds = said.details?.retryAfterSeconds ?? retryAfter(headers);
  return new KubeError({
    code: conflicts.length > 0 && status === 409 ? 'FieldManagerConflict' : codeOf(status, said.reason),
    attempt,
    message: said.message ?? `status ${status}`,
    status,
    conflicts,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
};

const codesByStatus: Readonly<Record<number, KubeErrorCode>> = {
  400: 'Invalid',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'Invalid',
  408: 'Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Invalid',
  415: 'Invalid',
  422: 'Invalid',
  429: 'TooManyRequests',
  504: 'Timeout',
};

const codeOf = (status: number, reason: string | undefined): KubeErrorCode => {
  if (reason === 'AlreadyExists') return 'AlreadyExists';
  if (reason === 'Expired') return 'Gone';
  return codesByStatus[status] ?? (status >= 500 ? 'ServerError' : 'BadResponse');
};

/** Causes of a 409 of server-side apply: `conflict with "<manager, quoted by Go>" using <apiVersion>…`. */
const fieldConflicts = (said: Status): FieldConflict[] => {
  const causes = said.details?.causes ?? [];
  return causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => ({ field: cause.field ?? '', manager: managerOf(cause.message ?? '') }));
};

const managerOf = (message: string): string => {
  const quoted = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
  if (quoted === undefined) return message;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
};

/** RFC 9110 §10.2.3; the API server only ever sends seconds. */
const retryAfter = (headers: Readonly<Record<string, string>> | undefined): number | undefined => {
  const value = headers?.['retry-after'];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
};

const parseStatus = (body: string): Status | undefined => {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) && parsed['kind'] === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const excerpt = (body: string): string => body.trim().slice(0, 200);
