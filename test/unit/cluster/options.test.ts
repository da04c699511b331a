import { expect } from 'chai';
import { Failure } from '../../cluster/failure.ts';
import { parseOptions } from '../../cluster/options.ts';

describe('the options of the local cluster', () => {
  it('end at --; what follows is the command, whatever it looks like', () => {
    const options = parseOptions(['--shop', '--', 'sh', '-c', 'x', '--', '--install']);
    expect(options).to.include({ shop: true, install: false });
    expect(options.ingress).to.deep.equal(['traefik']);
    expect(options.command).to.deep.equal(['sh', '-c', 'x', '--', '--install']);
  });

  it('hand values on to Helm', () => {
    const { helmArguments } = parseOptions(['--values', 'a.yaml', '--set', 'b=c', '--set', 'd=e']);
    expect(helmArguments).to.deep.equal(['--values', 'a.yaml', '--set', 'b=c', '--set', 'd=e']);
  });

  it('name ingress controllers, each once and in order, and their arguments', () => {
    const args = ['--ingress-arg', 'traefik=--log.level=DEBUG', '--ingress-arg', 'traefik=--a=b=c'];
    const options = parseOptions(['--ingress', 'traefik,traefik', ...args]);
    expect(options.ingress).to.deep.equal(['traefik']);
    expect(options.ingressArguments).to.deep.equal({ traefik: ['--log.level=DEBUG', '--a=b=c'] });
    expect(parseOptions(['--ingress', 'none']).ingress).to.deep.equal([]);
  });

  for (const [argv, part] of [
    [['--ingress', 'traefik,caddy'], 'no ingress controller caddy; there are traefik'],
    [['--ingress-arg=--log.level=DEBUG'], 'no ingress controller --log.level'],
    [['--ingress-arg', 'traefik'], '--ingress-arg takes NAME=ARG'],
    [['--replicas', 'two'], '--replicas takes a number'],
    [['--wrong'], '--wrong'],
  ] as const) {
    it(`${argv.join(' ')} is refused with a sentence`, () => {
      expect(() => parseOptions(argv)).to.throw(Failure, part);
    });
  }
});
