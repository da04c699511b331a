import { expect } from 'chai';
import { labels } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import type { Closure } from './toolkit/closures.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, isServed, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow, saying } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

const reference = { configMapKeyRef: { name: 'shop-page', key: 'index.html' } };
const template = (words: string): string =>
  `<!doctype html>\n<html lang="{{language}}">\n<title>{{title}}</title>\n<h1>${words}</h1>\n<p>{{message}}</p>\n</html>\n`;

scenario('a page of one’s own', function () {
  this.timeout(60_000);
  const namespace = 'e2e-template';
  const window = aWindow({ namespace }, saying({ message: 'Bigger & better', template: reference }));
  let site: Site;
  let closure: Closure;

  const keep = async (text: string, isLabelled = true, name = 'shop-page'): Promise<void> => {
    const metadata = {
      name,
      namespace,
      labels: isLabelled ? { [labels.template]: 'true' } : { unlabelled: 'true' },
    };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'index.html': text } };
    await api.apply(resources.configMaps, object, { fieldManager: 'e2e', force: true });
  };
  const page = async (host = site.host): Promise<string> => {
    const { status, body } = await visit(host, { headers: { accept: 'text/html' } });
    expect(status).to.equal(503);
    return body;
  };

  before(async () => {
    site = await openSite('template', { perSecond: 5 });
    await keep(template('First'));
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    closure = staysClosed(site, [window]);
  });
  after(async () => removeSite(site));

  it('is what visitors see, with everything put in escaped', async () => {
    const body = await page();
    expect(body).to.include('<h1>First</h1>').and.to.include('<p>Bigger &amp; better</p>');
    const { headers } = await visit(site.host, { headers: { accept: 'text/html' } });
    expect(headers['content-security-policy']).to.match(/default-src 'none'.*script-src 'sha256-/);
  });

  const broken: readonly (readonly [what: string, edit: () => Promise<void>, words: readonly string[]])[] = [
    [
      'an unescaped tag',
      async () => keep(template('Broken {{{message}}}')),
      ['ConfigMap "shop-page", key "index.html"', 'line 4'],
    ],
    [
      'a label that was taken off',
      async () => keep(template('Broken'), false),
      [
        'spec.page.template.configMapKeyRef.name',
        `kubectl label configmap shop-page ${labels.template}=true`,
      ],
    ],
  ];
  for (const [what, edit, words] of broken) {
    it(`stays as it was through ${what}, and says what to mend`, async () => {
      await edit();
      const refused = { status: 'False', reason: 'InvalidTemplate' } as const;
      await eventually('the words', async () => {
        const { message } = await conditionBecomes(window, 'Accepted', refused);
        for (const word of [...words, 'The last accepted spec stays in force.'])
          expect(message).to.include(word);
      });
      expect(await page()).to.include('<h1>First</h1>');
      await conditionBecomes(window, 'Closed', { status: 'True' });
    });
  }

  it('follows a good edit', async () => {
    await keep(template('Second'));
    await conditionBecomes(window, 'Accepted', { status: 'True' });
    await eventually('the new page', async () => expect(await page()).to.include('<h1>Second</h1>'));
    await conditionBecomes(window, 'Closed', { status: 'True' });
    closure.end();
  });

  it('closes nothing before it was there once, and closes as soon as it is', async () => {
    const host = 'template-late.test';
    const late = { configMapKeyRef: { name: 'late-page', key: 'index.html' } };
    const waiting = aWindow({ namespace, name: 'late', ingress: 'late' }, saying({ template: late }));
    await createIngress({ namespace, name: 'late', host });
    await isServed({ namespace, ingress: 'late', host });
    await applyWindow(waiting);
    await conditionBecomes(waiting, 'Accepted', { status: 'False', reason: 'InvalidTemplate' });
    expect((await visit(host)).status).to.equal(200);
    await keep(template('Late'), true, 'late-page');
    await conditionBecomes(waiting, 'Closed', { status: 'True' });
    expect(await page(host)).to.include('<h1>Late</h1>');
  });
});

scenario('words in the visitor’s language', () => {
  const namespace = 'e2e-words';
  const window = aWindow(
    { namespace },
    saying({
      title: 'Moving house',
      translations: { de: { title: 'Wir ziehen um' }, 'pt-BR': { title: 'Estamos de mudança' } },
    }),
  );
  let site: Site;

  before(async () => {
    site = await openSite('words', { perSecond: 5 });
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => removeSite(site));

  const table = [
    ['de-CH, en;q=0.5', 'de', 'Wir ziehen um'],
    ['pt-BR', 'pt-BR', 'Estamos de mudança'],
    ['en-GB', 'en', 'Moving house'],
    ['tlh, x-what;q=0.9', 'en', 'Moving house'],
  ] as const;
  for (const [asked, language, words] of table) {
    it(`${asked}: “${words}”`, async () => {
      const closure = staysClosed(site, [window]);
      for (const accept of ['text/html', 'text/plain', 'application/problem+json']) {
        const { headers, body } = await visit(site.host, { headers: { accept, 'accept-language': asked } });
        expect(body, accept).to.include(words);
        expect(headers['content-language'], accept).to.equal(language);
      }
      closure.end();
    });
  }
});
