// Sends requests over HTTP/2, each on a connection of its own, and prints the status of each; null where there was none.
// Must not know which answer is the right one.
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import tls from 'node:tls';

const PATIENCE_MS = 20_000;
const { port, trusted, requests } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ca = readFileSync(trusted);

function ask({ headers, body }) {
  return new Promise((resolve) => {
    const socket = tls.connect({ port, host: 'localhost', servername: 'localhost', ca, ALPNProtocols: ['h2'] });
    const session = http2.connect(`https://localhost:${port}`, { createConnection: () => socket });
    let status = null;
    const done = (outcome) => {
      clearTimeout(late);
      session.destroy();
      resolve(outcome);
    };
    // Who refuses may do so by ending the stream, or the connection, with an error or without a word. An answer that ends
    // while the body of its question is still going out closes neither the stream nor, later, the session in Node.js.
    const ended = () => setImmediate(() => done(status));
    // Waiting for this keeps the process alive, which a session's own time limit does not.
    const late = setTimeout(() => done(socket.destroyed ? status : 'no answer'), PATIENCE_MS);
    socket.on('close', ended);
    session.on('error', ended);
    session.on('close', ended);
    session.on('connect', () => {
      const stream = session.request(headers, { endStream: body === '' });
      stream.on('response', (answer) => (status = answer[':status']));
      stream.on('end', ended);
      stream.on('error', ended);
      stream.on('close', ended);
      stream.resume();
      if (body !== '') stream.end(body);
    });
  });
}

const statuses = [];
for (const request of requests) statuses.push(await ask(request));
console.log(JSON.stringify(statuses));
