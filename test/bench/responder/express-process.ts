// Express serving an answer: argv are the port and a file with the answer as JSON.
import { readFileSync } from 'node:fs';
import express from 'express';
import type { WireAnswer } from './wire-answer.ts';

const [port = '', file = ''] = process.argv.slice(2);
const { status, headers, body } = JSON.parse(readFileSync(file, 'utf8')) as WireAnswer;
const text = Buffer.from(body, 'latin1').toString('utf8');
const app = express();
// Neither is part of the answer, and both cost time.
app.disable('etag');
app.disable('x-powered-by');
app.use((_request, response) => {
  response.status(status).set(headers).send(text);
});
app.listen(Number(port), '127.0.0.1');
