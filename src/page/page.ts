/** What a page has to tell. Texts are a person's and not yet escaped; null: not said. */
export interface PageInput {
  readonly title: string | null;
  readonly message: string | null;
  readonly statusPage: string | null;
  readonly contact: string | null;
  /** Title and message in other languages, by language tag (BCP 47); null: as the page itself says. */
  readonly translations: Readonly<Record<string, Translation>>;
  /** A Mustache template in place of the built-in page, which `checkTemplate` found good; null: none. */
  readonly template: string | null;
  /** The window's opaque id. */
  readonly windowId: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  /** Epoch milliseconds; Infinity when no end is known. */
  readonly endMs: number;
}

/** The words of a window in one language. */
export interface Translation {
  readonly title: string | null;
  readonly message: string | null;
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
