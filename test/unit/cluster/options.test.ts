import { expect } from 'chai';
import { Failure } from '../../cluster/failure.ts';
import { parseOptions } from '../../cluster/options.ts';

describe('the options of the local cluster', () => {
  it('end at --; what follows is the command, whatever it looks like', () => {
    const options = parseOptions(['--shop', '--', 'sh', '-c', 'x', '--', '--install']);
    expect(options).to.include({ shop: true, install: false, ingress: 'traefik' });
    expect(options.command).to.deep.equal(['sh', '-c', 'x', '--', '--install']);
  });

  it('hand values on to Helm', () => {
    const { helmArguments } = parseOptions(['--values', 'a.yaml', '--set', 'b=c', '--set', 'd=e']);
    expect(helmArguments).to.deep.equal(['--values', 'a.yaml', '--set', 'b=c', '--set', 'd=e']);
  });

  for (const [argv, part] of [
    [['--ingress', 'nginx'], 'traefik or none'],
    [['--replicas', 'two'], '--replicas takes a number'],
    [['--wrong'], '--wrong'],
  ] as const) {
    it(`${argv.join(' ')} is refused with a sentence`, () => {
      expect(() => parseOptions(argv)).to.throw(Failure, part);
    });
  }
});
