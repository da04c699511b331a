import { join } from 'node:path';
import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';
import { kubectl } from '../cluster.ts';

type Page = NonNullable<MaintenanceWindowSpec['page']>;

/** What a page can look like: what holds for one has to hold for all. */
export interface Look {
  readonly name: string;
  /** For names of objects. */
  readonly id: string;
  /** How its pictures' names begin. */
  readonly picture: string;
  /** Makes in a namespace what the page needs. */
  readonly prepare: (namespace: string) => Promise<void>;
  /** What a window says to get it. */
  readonly page: Page;
}

const builtIn: Look = {
  name: 'the built-in page',
  id: 'plain',
  picture: 'page',
  prepare: async () => undefined,
  page: {},
};

const templateFile = join(import.meta.dirname, '../../../../docs/examples/page-template.yaml');
const configMap = { name: 'shop-page', key: 'index.html' };

/** The documentation's example of a page of one's own. */
const template: Look = {
  name: "the example's template",
  id: 'template',
  picture: 'template',
  prepare: async (namespace) => {
    await kubectl(['apply', '--namespace', namespace, '--filename', templateFile]);
  },
  page: { template: { configMapKeyRef: configMap } },
};

export const theLooks: readonly Look[] = [builtIn, template];
