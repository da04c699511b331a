// Express serving a page with 503: argv are the port, the page's file and the headers as JSON.
import { readFileSync } from 'node:fs';
import express from 'express';

const [port = '', file = '', headers = '{}'] = process.argv.slice(2);
const body = readFileSync(file, 'utf8');
const fields = JSON.parse(headers) as Record<string, string>;
const app = express();
// Neither is part of the page, and both cost time.
app.disable('etag');
app.disable('x-powered-by');
app.use((_request, response) => {
  response.status(503).set(fields).send(body);
});
app.listen(Number(port), '127.0.0.1');
