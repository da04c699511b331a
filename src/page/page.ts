/** What a page has to tell. Texts are a person's and not yet escaped; null: not said. */
export interface PageInput {
  readonly title: string | null;
  readonly message: string | null;
  readonly statusPage: string | null;
  readonly contact: string | null;
  /** The window's opaque id. */
  readonly windowId: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  /** Epoch milliseconds; Infinity when no end is known. */
  readonly endMs: number;
}

export const formats = ['html', 'problem', 'text'] as const;

/** How a page is written: HTML, problem details (RFC 9457) or plain text. */
export type Format = (typeof formats)[number];

/** RFC 3339 in UTC to the second, or null when there is no end. */
export const endInstant = ({ endMs }: PageInput): string | null =>
  endMs === Infinity ? null : isoSeconds(endMs);

/** Epoch milliseconds as RFC 3339 in UTC, to the second. */
export const isoSeconds = (epochMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ smallestUnit: 'second' });
