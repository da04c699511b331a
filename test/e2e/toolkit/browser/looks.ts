import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';

type Page = NonNullable<MaintenanceWindowSpec['page']>;

/** What a page can look like: what holds for one has to hold for all. */
export interface Look {
  readonly name: string;
  /** For names of objects. */
  readonly id: string;
  /** Makes in a namespace what the page needs. */
  readonly prepare: (namespace: string) => Promise<void>;
  /** What a window says to get it. */
  readonly page: Page;
}

const builtIn: Look = { name: 'the built-in page', id: 'plain', prepare: async () => undefined, page: {} };

export const theLooks: readonly Look[] = [builtIn];
