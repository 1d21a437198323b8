// Sends requests over HTTP/2, each on a connection of its own, and prints the status of each; null where there was none.
// Must not know which answer is the right one.
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';

const { port, trusted, requests } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ca = readFileSync(trusted);

function ask({ headers, body }) {
  return new Promise((resolve) => {
    const session = http2.connect(`https://localhost:${port}`, { ca });
    let status = null;
    const done = (outcome = status) => {
      session.destroy();
      resolve(outcome);
    };
    // Who refuses may do so by ending the stream, or the connection, with an error or without a word.
    session.on('error', () => done());
    session.on('close', () => done());
    session.setTimeout(20_000, () => done('no answer'));
    session.on('connect', () => {
      const stream = session.request(headers, { endStream: body === '' });
      stream.on('response', (answer) => (status = answer[':status']));
      stream.on('error', () => done());
      stream.on('close', () => done());
      stream.resume();
      if (body !== '') stream.end(body);
    });
  });
}

const statuses = [];
for (const request of requests) statuses.push(await ask(request));
console.log(JSON.stringify(statuses));
