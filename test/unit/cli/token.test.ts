import { hash } from 'node:crypto';
import { expect } from 'chai';
import { parse } from 'yaml';
import { Machine } from './machine.ts';

describe('kubectl backsoon token create', () => {
  let machine: Machine;
  before(async () => (machine = await Machine.start()));
  after(async () => machine.stop());

  it('prints the token once, and the YAML with its hash', async () => {
    const { code, out, errors } = await machine.type('token', 'create', '--name', 'night-shift');
    expect({ code, errors }).to.deep.equal({ code: 0, errors: '' });
    const tokens = out.match(/bsn_[\w-]{43}/g) ?? [];
    expect(tokens).to.have.lengthOf(1);
    const yaml = parse(out.slice(out.indexOf('spec:'))) as unknown;
    const sha256 = hash('sha256', tokens[0] ?? '');
    expect(yaml).to.deep.equal({ spec: { access: { tokens: [{ name: 'night-shift', sha256 }] } } });
  });

  it('tells programs the same in JSON', async () => {
    const { out } = await machine.type('token', 'create', '-o', 'json');
    const { name, token, sha256 } = JSON.parse(out) as Record<string, string>;
    expect(name).to.equal('ops');
    expect(sha256).to.equal(hash('sha256', token ?? ''));
  });

  for (const name of ['Ops', 'on call', '-ops', '', 'a'.repeat(64)]) {
    it(`refuses the name ${JSON.stringify(name)}, which no window would take`, async () => {
      const { code, out, errors } = await machine.type('token', 'create', '--name', name);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(errors).to.include('--name').and.to.include('such as ops');
    });
  }
});
