/** What nginx needs to serve one page with 503. */
export interface NginxPage {
  /** Where the page, the pid and temporary files are. */
  readonly directory: string;
  /** The page's file name in it. */
  readonly file: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One worker, no logs, the page from its open-file cache: nginx at its best for a page on disk. */
export function nginxConfig({ directory, file, port, headers }: NginxPage): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const { 'content-type': type = 'text/html; charset=utf-8', ...others } = headers;
  return `daemon off;
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
  open_file_cache max=10;
  types { }
  default_type "${type}";
${temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`).join('\n')}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    root ${directory};
    error_page 503 /${file};
    location / { return 503; }
    location = /${file} {
      internal;
      etag off;
${Object.entries(others)
  .map(([name, value]) => `      add_header ${name} "${value}" always;`)
  .join('\n')}
    }
  }
}
`;
}
