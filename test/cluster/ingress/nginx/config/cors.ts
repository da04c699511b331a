import type { Cors } from '../annotations.ts';
import { block, when, type Directive } from './text.ts';

/** An origin as a regular expression; its one asterisk is one label of a host name. */
const originPattern = (origin: string): string =>
  `(${origin.replaceAll(/[.+?^${}()|[\]\\*]/g, String.raw`\$&`).replace(String.raw`\*`, String.raw`[A-Za-z0-9\-]+`)})`;

function headersOf(cors: Cors): Directive[] {
  const set = (name: string, value: string | number): string =>
    `more_set_headers 'Access-Control-${name}: ${value}'`;
  return [
    set('Allow-Origin', '$http_origin'),
    ...when(cors.credentials, set('Allow-Credentials', 'true')),
    set('Allow-Methods', cors.methods),
    set('Allow-Headers', cors.headers),
    ...when(cors.exposeHeaders !== '', set('Expose-Headers', cors.exposeHeaders)),
    set('Max-Age', cors.maxAge),
  ];
}

/** Answers preflights before anybody is asked. */
export function corsDirectives(cors: Cors): Directive[] {
  const anybody = cors.origins.length === 1 && cors.origins[0] === '*';
  const origin = anybody
    ? ['set $http_origin *', "set $cors 'true'"]
    : [block(`if ($http_origin ~* "(${cors.origins.map(originPattern).join('|')})$")`, "set $cors 'true'")];
  return [
    ...origin,
    block("if ($request_method = 'OPTIONS')", 'set $cors ${cors}options'),
    block('if ($cors = "true")', headersOf(cors)),
    block(
      'if ($cors = "trueoptions")',
      headersOf(cors),
      "more_set_headers 'Content-Type: text/plain charset=UTF-8'",
      "more_set_headers 'Content-Length: 0'",
      'return 204',
    ),
  ];
}
