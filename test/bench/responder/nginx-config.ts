import type { WireAnswer } from './wire-answer.ts';

/** What nginx serves: the page with 503 from a file and from memory, and a bare 200. */
export interface NginxServers {
  /** Where the page, the pid and temporary files are. */
  readonly directory: string;
  /** The page's file name in it. */
  readonly file: string;
  readonly page: WireAnswer;
  readonly admission: WireAnswer;
  readonly ports: { readonly file: number; readonly memory: number; readonly admission: number };
}

/** A word of nginx's configuration may have 4096 bytes, quotes and escapes included. */
const mostBytes = 1500;

/** One worker, no logs, no limit of requests for each connection. */
export function nginxConfig({ directory, file, page, admission, ports }: NginxServers): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const parts = piecesOf(page.body);
  return `daemon off;
user root root;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  server_tokens off;
  keepalive_requests 1000000000;
  keepalive_timeout 120s;
  open_file_cache max=10;
  types { }
  default_type "${page.headers['content-type'] ?? ''}";
${temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`).join('\n')}
  # A default of geo is taken as it is: elsewhere a dollar sign would begin a variable.
${parts.map((part, index) => `  geo $page_${index} { default ${quoted(part)}; }`).join('\n')}
  server {
    listen 127.0.0.1:${ports.file} backlog=1024;
    root ${directory};
    error_page 503 /${file};
    location / { return 503; }
    location = /${file} {
      internal;
      etag off;
${addHeaders(page)}
    }
  }
  server {
    listen 127.0.0.1:${ports.memory} backlog=1024;
    location / {
${addHeaders(page)}
      return 503 "${parts.map((_, index) => `\${page_${index}}`).join('')}";
    }
  }
  server {
    listen 127.0.0.1:${ports.admission} backlog=1024;
    location / {
${addHeaders(admission)}
      return 200;
    }
  }
}
`;
}

const addHeaders = ({ headers }: WireAnswer): string =>
  Object.entries(headers)
    .filter(([name]) => name !== 'content-type')
    .map(([name, value]) => `      add_header ${name} ${quoted(value)} always;`)
    .join('\n');

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** The body (latin1) in pieces that fit into a word each. */
function piecesOf(body: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < body.length; at += mostBytes) pieces.push(body.slice(at, at + mostBytes));
  return pieces;
}
