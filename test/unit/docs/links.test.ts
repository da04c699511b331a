import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');
const pages = ['*.md', 'docs/**/*.md', 'manifests/*.md'].flatMap((pattern) =>
  globSync(pattern, { cwd: root }),
);

/** What a heading's anchor is called, as GitHub and most others make it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const prose = (page: string): string => readFileSync(page, 'utf8').replaceAll(/```.*?```/gs, '');

const anchorsIn = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Links to files of this repository that are not there, or to headings that they do not have. */
function deadLinks(page: string): string[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsIn(file).includes(anchor);
  });
}

describe('docs: links', () => {
  for (const page of pages) {
    it(`of ${page} lead somewhere`, () => {
      expect(deadLinks(join(root, page)), relative(root, page)).to.deep.equal([]);
    });
  }

  it('are looked for where they are', () =>
    expect(pages).to.include.members(['README.md', 'docs/access.md']));
});
