// node:http serving an answer, and nothing else: argv are the port and a file with the answer as JSON. It is plain
// JavaScript, so that no TypeScript is in its memory.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port = '', file = ''] = process.argv.slice(2);
const { status, headers, body } = JSON.parse(readFileSync(file, 'utf8'));
const bytes = Buffer.from(body, 'latin1');
const fields = [...Object.entries(headers).flat(), 'content-length', String(bytes.length)];
createServer((_request, response) => {
  response.writeHead(status, fields);
  response.end(bytes);
}).listen(Number(port), '127.0.0.1');
