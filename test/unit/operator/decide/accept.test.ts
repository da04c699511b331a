import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';
import { accept } from '../../../../src/operator/decide/accept.ts';
import type { AcceptedWindow, AcceptInput } from '../../../../src/operator/decide/accept.ts';
import type { StoredPolicy } from '../../../../src/operator/decide/observed.ts';
import type { Templates } from '../../../../src/operator/decide/templates.ts';
import { instant } from '../../builders/observed.ts';
import { aTemplate, brokenTemplate, withTemplate } from '../../builders/template.ts';
import { aWindow, edited, withSpec } from '../../builders/window.ts';
import { day } from './table.ts';

const given = (change: Partial<AcceptInput> = {}): AcceptInput => ({
  stored: undefined,
  gated: new Set(),
  templates: new Map(),
  now: instant(day('21:00:00')),
  ...change,
});

const verdictOf = (change: Partial<MaintenanceWindowSpec>): string => {
  const { verdict } = accept(aWindow(withSpec(change)), given());
  return verdict.accepted ? 'accepted' : verdict.reason;
};

const cron = { cron: '0 2 * * *', duration: '90m' };

const table: readonly (readonly [what: string, change: Partial<MaintenanceWindowSpec>, verdict: string])[] = [
  ['a part of the hosts', { only: { hosts: ['shop.example.com'] } }, 'accepted'],
  ['a part of the paths', { only: { paths: ['/checkout'] } }, 'accepted'],
  ['paths that pass', { access: { paths: ['/healthz'] } }, 'accepted'],
  ['methods that pass', { access: { methods: ['GET', 'HEAD'] } }, 'accepted'],
  ['words in other languages', { page: { translations: { de: { title: 'Gleich zurück' } } } }, 'accepted'],
  ['a repeated schedule', { schedule: cron }, 'accepted'],
  ['holding at the end', { endPolicy: 'Hold' }, 'accepted'],
  ['standing gates', { gates: 'Standing' }, 'accepted'],
  ['its own deletion', { ttlSecondsAfterCompleted: 60 }, 'accepted'],
  ['a day that no calendar has', { schedule: { ...cron, cron: '0 2 30 2 *' } }, 'InvalidSchedule'],
  ['a zone that nobody knows', { schedule: { ...cron, timeZone: 'Europe/Atlantis' } }, 'InvalidSchedule'],
];

describe('operator: what is accepted', () => {
  for (const [what, change, verdict] of table) {
    it(`${what}: ${verdict}`, () => expect(verdictOf(change)).to.equal(verdict));
  }
});

describe('operator: a page’s template', () => {
  const window = aWindow(withTemplate('page', 'index.html'));
  const accepted = (templates: Templates, change: Partial<AcceptInput> = {}): AcceptedWindow =>
    accept(window, given({ templates, ...change }));

  it('is the text of a labelled ConfigMap', () => {
    const { verdict, inForce } = accepted(new Map([['page', aTemplate({ 'index.html': '<p>{{message}}' })]]));
    expect(verdict.accepted, verdict.message).to.equal(true);
    expect(inForce?.template).to.equal('<p>{{message}}');
  });

  it('is none where none is asked for', () => {
    expect(accept(aWindow(), given()).inForce?.template).to.equal(null);
  });

  const refused: readonly (readonly [what: string, templates: Templates, words: readonly string[]])[] = [
    [
      'no labelled ConfigMap of that name',
      new Map([['other', aTemplate({ 'index.html': '<p>' })]]),
      ['configMapKeyRef.name', 'kubectl label configmap page backsoon.dev/template=true'],
    ],
    [
      'another key',
      new Map([['page', aTemplate({ 'page.html': '<p>' })]]),
      ['configMapKeyRef.key', 'no key "index.html"', 'only page.html'],
    ],
    ['no key at all', new Map([['page', aTemplate({})]]), ['no key "index.html", no data']],
    [
      'no text',
      new Map([['page', { texts: {}, binaryKeys: ['index.html'] }]]),
      ['configMapKeyRef.key', 'binaryData', 'put it into data'],
    ],
    [
      'a text that can not be used',
      new Map([['page', aTemplate({ 'index.html': brokenTemplate })]]),
      ['spec.page.template: ConfigMap "page", key "index.html": the template', '256 KiB'],
    ],
    ['an install that looks at none', undefined, ['pageTemplates.enabled', 'leave spec.page.template out']],
  ];
  for (const [what, templates, words] of refused) {
    it(`is refused: ${what}`, () => {
      const { verdict, inForce } = accepted(templates);
      expect(verdict).to.include({ accepted: false, reason: 'InvalidTemplate' });
      for (const word of words) expect(verdict.message).to.contain(word);
      expect(inForce, 'a window that was never accepted closes nothing').to.equal(undefined);
    });
  }

  it('is no key that every object has', () => {
    const other = aWindow(withTemplate('page', 'constructor'));
    const { verdict } = accept(other, given({ templates: new Map([['page', aTemplate({ a: '<p>' })]]) }));
    expect(verdict.message).to.contain('no key "constructor", only a');
  });

  const stored: StoredPolicy = {
    windowUid: window.metadata.uid,
    revision: '0123456789abcdef',
    gates: [],
    occurrences: [],
    acceptedSpec: window.spec,
    template: '<p>old {{message}}',
  };

  for (const [what, templates] of refused) {
    it(`stays as it was last accepted: ${what}`, () => {
      const { verdict, inForce } = accepted(templates, { stored });
      expect(verdict.message).to.contain('The last accepted spec stays in force.');
      expect(inForce).to.deep.include({ spec: window.spec, template: '<p>old {{message}}' });
    });
  }

  it('stays with the spec that it was accepted with while another field is wrong', () => {
    const templates: Templates = new Map([['page', aTemplate({ 'index.html': '<p>new' })]]);
    const wrong = edited({ schedule: { ...cron, cron: '0 2 30 2 *' } })(window);
    expect(accept(wrong, given({ templates, stored })).inForce?.template).to.equal('<p>old {{message}}');
  });

  it('is checked again when the ConfigMap changed', () => {
    const of = (text: string): boolean =>
      accepted(new Map([['page', aTemplate({ 'index.html': text })]])).verdict.accepted;
    expect([of('<p>one'), of(brokenTemplate), of('<p>two')]).to.deep.equal([true, false, true]);
  });
});

describe('operator: how large a window may be', () => {
  const paths = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `/${String(index).padStart(4, '0')}${'x'.repeat(1018)}`);
  const big: Partial<MaintenanceWindowSpec> = { only: { paths: paths(256) }, access: { paths: paths(250) } };
  const translations = Object.fromEntries(
    Array.from({ length: 64 }, (_, index) => [
      `de-x-l${index}`,
      { title: 'ü'.repeat(200), message: 'ü'.repeat(2000) },
    ]),
  );
  const quotes = `<p>${'"'.repeat(250_000)}`;
  const inside = aWindow(withSpec({ only: { paths: paths(256) }, access: { paths: paths(190) } }));

  it('takes one whose policy and spec fit into a ConfigMap together', () => {
    const { verdict, inForce } = accept(inside, given());
    expect(verdict.accepted, verdict.message).to.equal(true);
    expect(inForce?.spec).to.equal(inside.spec);
  });

  const refused: readonly (readonly [
    field: string,
    change: Partial<MaintenanceWindowSpec>,
    template: string | undefined,
  ])[] = [
    ['spec.only.paths', big, undefined],
    ['spec.access.paths', { only: { paths: paths(216) }, access: { paths: paths(256) } }, undefined],
    ['spec.page.translations', { only: { paths: paths(240) }, page: { translations } }, undefined],
    ['the template of spec.page.template', { only: { paths: paths(240) } }, quotes],
  ];
  for (const [field, change, template] of refused) {
    it(`refuses one that does not fit, and names what is largest: ${field}`, () => {
      const modify = template === undefined ? [] : [withTemplate('page', 'index.html')];
      const templates: Templates = new Map([['page', aTemplate({ 'index.html': template ?? '' })]]);
      const { verdict, inForce } = accept(aWindow(withSpec(change), ...modify), given({ templates }));
      expect(verdict).to.include({ accepted: false, reason: 'TooLarge' });
      expect(verdict.message).to.contain(`Most of it is ${field} (`).and.to.contain('at most 950000');
      expect(verdict.message.length).to.be.below(1000);
      expect(inForce).to.equal(undefined);
    });
  }

  it('counts bytes, not letters', () => {
    const letters = { page: { translations }, only: { paths: paths(256) } };
    expect(JSON.stringify(letters).length).to.be.below(500_000);
    expect(verdictOf(letters)).to.equal('TooLarge');
  });

  it('judges again when the template changed', () => {
    const window = aWindow(withSpec({ only: { paths: paths(240) } }), withTemplate('page', 'index.html'));
    const of = (text: string): string =>
      accept(window, given({ templates: new Map([['page', aTemplate({ 'index.html': text })]]) })).verdict
        .reason;
    expect([of('<p>'), of(quotes), of('<p>')]).to.deep.equal(['Accepted', 'TooLarge', 'Accepted']);
  });

  it('leaves the last accepted spec in force', () => {
    const small = aWindow();
    const { verdict, inForce } = accept(
      edited(big)(small),
      given({
        stored: {
          windowUid: small.metadata.uid,
          revision: '0123456789abcdef',
          gates: [],
          occurrences: [],
          acceptedSpec: small.spec,
          template: null,
        },
      }),
    );
    expect(verdict.message).to.contain('The last accepted spec stays in force.');
    expect(inForce?.spec).to.deep.equal(small.spec);
  });
});
