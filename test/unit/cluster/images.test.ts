import { expect } from 'chai';
import { commandLine, expand, findImage, repositoryOf, type Image } from '../../cluster/node-agent/images.ts';

describe('images of the local cluster', () => {
  for (const [image, repository] of [
    ['traefik', 'traefik'],
    ['traefik:v3', 'traefik'],
    ['localhost:5000/team/app', 'localhost:5000/team/app'],
    ['localhost:5000/team/app:v1@sha256:00', 'localhost:5000/team/app'],
  ] as const) {
    it(`${image} is ${repository}`, () => expect(repositoryOf(image)).to.equal(repository));
  }

  it('are found by their full name, then by its last part', () => {
    const whole: Image = { entrypoint: ['whole'] };
    const last: Image = { entrypoint: ['last'] };
    const images = new Map([
      ['example.com/app', whole],
      ['app', last],
    ]);
    expect(findImage(images, 'example.com/app:1')).to.equal(whole);
    expect(findImage(images, 'example.org/app:1')).to.equal(last);
    expect(findImage(images, 'example.org/other')).to.equal(undefined);
  });

  const image: Image = { entrypoint: ['program'], defaultArguments: ['by', 'default'] };
  for (const [what, container, line] of [
    ['neither command nor args', {}, ['program', 'by', 'default']],
    ['args', { args: ['a'] }, ['program', 'a']],
    ['a command', { command: ['c'] }, ['c']],
    ['both', { command: ['c'], args: ['a'] }, ['c', 'a']],
  ] as const) {
    it(`a container with ${what} runs ${line.join(' ')}`, () => {
      expect(commandLine(image, container, {})).to.deep.equal(line);
    });
  }

  it('arguments name variables as $(NAME); $$ escapes, an unknown name stays', () => {
    expect(expand('$(A) $$(A) $(B) $A', { A: '1' })).to.equal('1 $(A) $(B) $A');
  });
});
