import { expect } from 'chai';
import { answerGate } from '../../../src/responder/gate.ts';
import { buildPolicy, buildSet } from '../policy/build.ts';
import { contextOf } from './context.ts';

/** A gate of a window with a template, and what is told of its pages. */
function gateWith(template: string): { readonly ask: (language: string) => string; readonly told: string[] } {
  const set = buildSet([buildPolicy({ page: { template } })]);
  const [gate = ''] = set.gates.keys();
  const told: string[] = [];
  const context = contextOf(set, {
    onTemplateProblem: (window, error) => told.push(`${window}: ${String(error)}`),
  });
  const ask = (language: string): string => {
    const headers = { accept: 'text/html', 'accept-language': language };
    return answerGate({ method: 'GET', target: `/gate/forward/${gate}`, headers }, context).body.join('');
  };
  return { ask, told };
}

describe('a template that is broken after all', () => {
  it('is told of once, by its window, and the built-in page is shown', () => {
    const { ask, told } = gateWith('{{#end}}never closed');
    for (const language of ['en', 'de', 'fr']) expect(ask(language)).to.include('class="card"');
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^.+\/.+: TemplateError: line 1: \{\{#end\}\} is never closed$/);
  });

  it('is not told of when it is good', () => {
    const { ask, told } = gateWith('<p>{{title}}</p>');
    expect(ask('en')).to.match(/^<p>/);
    expect(told).to.deep.equal([]);
  });
});
