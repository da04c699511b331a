import type { KubeClient } from './client.ts';
import { isKubeError } from './errors.ts';
import type { KubeObject } from './objects.ts';
import type { CallOptions, KubeList, Selection } from './options.ts';
import type { Resource } from './resources.ts';

/** client-go's page size. */
const pageSize = 500;

/**
 * All objects of a selection, read page by page. When the pages' snapshot expires half-way (`Gone`), everything is
 * read again in one piece: a mix of two snapshots would show moved objects twice or never.
 */
export const listAll = async <T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  options: Selection & CallOptions = {},
): Promise<KubeList<T>> => {
  const items: T[] = [];
  let page = await client.list(resource, { ...options, limit: pageSize });
  items.push(...page.items);
  while (page.continue !== undefined) {
    try {
      page = await client.list(resource, { ...options, limit: pageSize, continue: page.continue });
    } catch (error) {
      if (isKubeError(error, 'Gone')) return client.list(resource, options);
      throw error;
    }
    items.push(...page.items);
  }
  return { items, resourceVersion: page.resourceVersion };
};
