import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { formatToken, tokenDigest } from '../../access/token.ts';
import { headers } from '../../api/headers.ts';
import { usageFailure } from '../failure.ts';
import type { Outside } from '../outside.ts';

interface TokenFlags {
  readonly name: string;
  readonly output?: 'json';
}

/** As the CRD checks it. */
const nameSyntax = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function checkName(name: string): void {
  if (nameSyntax.test(name) && name.length <= 63) return;
  throw usageFailure(
    `--name ${JSON.stringify(name)} is no token name: write lower-case letters, digits and -, at most 63, such as ops.`,
  );
}

function create({ name, output }: TokenFlags, { output: out, randomBytes }: Outside): void {
  checkName(name);
  const token = formatToken(randomBytes(32));
  const sha256 = Buffer.from(tokenDigest(token) ?? []).toString('hex');
  if (output === 'json') {
    out.write(`${JSON.stringify({ name, token, sha256 }, null, 2)}\n`);
    return;
  }
  const yaml = stringify({ spec: { access: { tokens: [{ name, sha256 }] } } });
  out.write(`The token, shown only now; it goes into the request header ${headers.token}:

${token}

Its hash, for the window; this may live in git:

${yaml}`);
}

/** `token create`: makes a token that passes a closed site, and the YAML that lets a window know it. Asks no cluster. */
export function addToken(program: Command, outside: Outside): void {
  const token = program.command('token').description('make tokens that pass closed sites').helpCommand(false);
  token
    .command('create')
    .description('make a token: prints it once, and the YAML with its hash')
    .option('--name <name>', 'who it is for', 'ops')
    .addOption(new Option('-o, --output <format>', 'for programs').choices(['json']))
    .action((_flags: unknown, command: Command) => create(command.optsWithGlobals<TokenFlags>(), outside));
}
