import type { AxeResults } from 'axe-core';
import axe from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA with all that it builds upon, and what is not a law but good. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** To be run in a guest's documents before the page's scripts: the page's own CSP lets nobody add a script later. */
export const axeScript = axe.source;

/**
 * axe-core cannot tell the contrast on a gradient. No place of a gradient is lighter or darker than all of its
 * colours, so axe-core looks once for each of them, with that colour alone in the gradient's place.
 */
const inspect = `(async () => {
  const options = { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations', 'incomplete'] };
  const colour = /(?:rgba?|hsla?|color|okl(?:ab|ch))\\([^)]*\\)/g;
  const gradients = [...document.querySelectorAll('*')]
    .map((element) => ({ element, colours: getComputedStyle(element).backgroundImage.match(colour) ?? [] }))
    .filter(({ colours }) => colours.length > 0);
  const looks = Math.max(1, ...gradients.map(({ colours }) => colours.length));
  const results = [];
  for (let look = 0; look < looks; look += 1) {
    for (const { element, colours } of gradients) {
      const chosen = colours[Math.min(look, colours.length - 1)];
      element.style.backgroundImage = 'none';
      element.style.backgroundColor = /, 0\\)$/.test(chosen) ? '' : chosen;
    }
    const { violations, incomplete, passes } = await axe.run(options);
    results.push({ violations, incomplete, passes });
  }
  for (const { element } of gradients) element.removeAttribute('style');
  return results;
})()`;

type Results = Pick<AxeResults, 'violations' | 'incomplete' | 'passes'>;

/** `rule: element, element`, for each rule that is broken. */
const told = (results: Results['violations']): readonly string[] =>
  results.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html).join(', ')}`);

/** axe-core finds nothing, and nothing of which it is not sure. */
export async function expectAccessible(page: Page): Promise<void> {
  const results = await page.evaluate<readonly Results[]>(inspect);
  for (const { violations, incomplete, passes } of results) {
    expect(told(violations), 'what axe-core found').to.deep.equal([]);
    expect(told(incomplete), 'of what axe-core is not sure').to.deep.equal([]);
    expect(told(passes).join('\n'), 'rules that axe-core found kept').to.include('color-contrast');
  }
}
