import { expect } from 'chai';
import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { answerOf, typed } from '../../../demo/shell.ts';

describe('a command as a person would type it', () => {
  it('means the same to a shell', () => {
    const special = 'a1 \'"$`\\*{}[]|&;<>()!#~=\n'.split('');
    const word = fc.oneof(fc.string({ unit: fc.constantFrom(...special) }), fc.constant('{"spec":{}}'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const line = typed(['printf', '%s\\0', ...words]);
        const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
        expect(said.split('\0').slice(0, -1)).to.deep.equal(words.length === 0 ? [''] : words);
      }),
      { numRuns: 50 },
    );
  });

  it('that fails is an error with the command, its status and what it said', async () => {
    const failure = await answerOf(['sh', '-c', 'echo no such thing >&2; exit 3']).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(failure).to.include("`sh -c 'echo no such thing >&2; exit 3'` to succeed");
    expect(failure).to.include('exit status 3: no such thing');
  });
});
