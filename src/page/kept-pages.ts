import type { CutPage } from './slots.ts';

/** One page that is kept: where, under which key, and what it takes. */
interface Kept<Page> {
  readonly pages: Map<string, Page>;
  readonly key: string;
  readonly bytes: number;
}

/**
 * Rendered pages, kept up to a number of bytes; the oldest are forgotten first. Visitors choose languages, so they
 * must not choose how much memory pages take.
 */
export class KeptPages<Page extends CutPage> {
  readonly #most: number;
  readonly #kept = new Set<Kept<Page>>();
  #bytes = 0;

  /** @param most in bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** What all pages take now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A function that gives the page of a key, rendered or kept. */
  shelf(render: (key: string) => Page): (key: string) => Page {
    const pages = new Map<string, Page>();
    return (key) => {
      const known = pages.get(key);
      if (known !== undefined) return known;
      const page = render(key);
      this.#keep({ pages, key, bytes: page.pieces.reduce((sum, { length }) => sum + length, 0) }, page);
      return page;
    };
  }

  #keep(entry: Kept<Page>, page: Page): void {
    if (entry.bytes > this.#most) return;
    entry.pages.set(entry.key, page);
    this.#kept.add(entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= this.#most) return;
      oldest.pages.delete(oldest.key);
      this.#kept.delete(oldest);
      this.#bytes -= oldest.bytes;
    }
  }
}
