/** The sample shop: what the local cluster closes and opens. Every request goes to its access log. */
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

const products = [
  { id: 'kettle', name: 'Copper kettle', price: '39.00', sign: '🫖' },
  { id: 'lamp', name: 'Desk lamp', price: '54.50', sign: '💡' },
  { id: 'chair', name: 'Reading chair', price: '210.00', sign: '🪑' },
  { id: 'plant', name: 'Rubber plant', price: '18.00', sign: '🪴' },
];

const card = ({ sign, name, price }: (typeof products)[number]): string =>
  `<li><span>${sign}</span><h2>${name}</h2><p>€ ${price}</p><button>Add to basket</button></li>`;

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The Corner Shop</title><style>
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#faf7f2;color:#2a2420}
header{background:#2f5d50;color:#fff;padding:2rem}header p{margin:0;opacity:.8}h1{margin:0}
ul{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem;padding:2rem;margin:0}
li{background:#fff;border-radius:.75rem;padding:1.25rem;box-shadow:0 1px 4px #0002}li span{font-size:2.5rem}
h2{font-size:1.05rem;margin:.5rem 0 0}li p{margin:0 0 .75rem;color:#2f5d50;font-weight:600}
button{border:0;border-radius:.5rem;background:#2f5d50;color:#fff;padding:.5rem .9rem;font:inherit}
</style></head><body><header><h1>The Corner Shop</h1><p>Open day and night</p></header>
<main><ul>${products.map(card).join('')}</ul></main></body></html>
`;

const logPath = process.env['SHOP_LOG'];
const logged = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-real-ip',
  'via',
  'user-agent',
];

/** Whether a token or a cookie came along is logged, its value never. */
function logRequest(request: IncomingMessage): void {
  if (logPath === undefined || request.url === '/healthz') return;
  const { headers } = request;
  const line = {
    time: new Date().toISOString(),
    method: request.method,
    host: headers.host,
    path: request.url,
    peer: request.socket.remoteAddress,
    xForwardedFor: headers['x-forwarded-for'] ?? null,
    headers: Object.fromEntries(
      logged.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    token: headers['backsoon-token'] !== undefined,
    exchange: headers['backsoon-exchange'] !== undefined,
    probe: headers['backsoon-probe'] !== undefined,
    cookie: headers.cookie !== undefined,
  };
  appendFileSync(logPath, `${JSON.stringify(line)}\n`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  logRequest(request);
  const path = (request.url ?? '/').split('?')[0];
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  if (request.method === 'POST') send(200, 'text/plain; charset=utf-8', await text(request));
  else if (path === '/healthz') send(200, 'text/plain', 'ok\n');
  else if (path === '/api/products') send(200, 'application/json', `${JSON.stringify(products)}\n`);
  else if (path === '/') send(200, 'text/html; charset=utf-8', page);
  else send(404, 'text/plain', 'no such page\n');
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(Number(process.env['PORT'] ?? 8080), '0.0.0.0');
process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
