/** The page's own words in one language. All are plain text. */
export interface Sentences {
  readonly title: string;
  readonly message: string;
  /** The label of the end. */
  readonly expected: string;
  readonly noEnd: string;
  /** The time that is left, at the place of `{}`, such as `1 h 12 min`. */
  readonly countdown: string;
  /** In place of the countdown when the end has passed. */
  readonly soon: string;
  readonly reloads: string;
  readonly statusPage: string;
  readonly contact: string;
  readonly address: string;
  /** In place of the address when it is not known. */
  readonly unknownAddress: string;
  readonly request: string;
  /** To a visitor who opened a staff link over http. */
  readonly linkNeedsHttps: string;
  /** To a visitor whose staff link was refused. */
  readonly linkNotValid: string;
}

export interface Catalogue {
  /** BCP 47. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  /** The tag by which dates are written, where it is not `tag`. */
  readonly dates?: string;
  readonly sentences: Sentences;
}
