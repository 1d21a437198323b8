// A host like those that run functions, for tests: serves a built site with the headers that its own `_headers` file asks for, and
// hands /v1 to deploy/relay.mjs. Knows nothing of what passes. Unlike those hosts it hands over addresses as they came.
//
//   node tests/relay/host.mjs '{"site":"dist","port":0,"upstream":"https://127.0.0.1:9901","key":"site.key","cert":"site.pem"}'
//
// Prints one line, `listening on https://127.0.0.1:PORT`. Without key and cert it speaks plain HTTP. The authority that the upstream's
// certificate comes from is named by NODE_EXTRA_CA_CERTS. What else is in there goes to the relay as its settings.

import { createReadStream, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { relay } from '../../deploy/relay.mjs';

const { site, port = 0, key, cert, base = '/', ...settings } = JSON.parse(process.argv[2] ?? '{}');

const KINDS = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** `_headers`: an address with or without `*` at its end, below it the headers, indented. */
function rules() {
  let text;
  try {
    text = readFileSync(join(site, '_headers'), 'utf8');
  } catch {
    return [];
  }
  const found = [];
  for (const line of text.split('\n').filter((line) => line.trim() && !line.startsWith('#'))) {
    if (/^\s/.test(line)) found.at(-1).headers.push(line.trim().split(/:\s*(.*)/s, 2));
    else found.push({ path: line.trim(), headers: [] });
  }
  return found;
}

const headerRules = site ? rules() : [];
const applies = (rule, path) => (rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : path === rule);

/** The file of an address, and the page of the app where there is none: as single-page hosting does it. */
function file(path) {
  const name = path.slice(base.length);
  const safe = path.startsWith(base) && /^[\w./-]*$/.test(name) && !/(?:^|\/)\.|(?:^|\/)_headers$/.test(name);
  const there = safe && name && statSync(join(site, name), { throwIfNoEntry: false })?.isFile();
  return there ? name : 'index.html';
}

async function serveFile(request, response) {
  const path = request.url.split('?')[0];
  const name = file(path);
  for (const { headers } of headerRules.filter((rule) => applies(rule.path, path))) {
    headers.forEach(([header, value]) => response.setHeader(header, value));
  }
  response.setHeader('Content-Type', KINDS[extname(name)] ?? 'application/octet-stream');
  await pipeline(createReadStream(join(site, name)), response);
}

async function serveRelay(request, response) {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2) headers.append(request.rawHeaders[i], request.rawHeaders[i + 1]);
  const call = {
    method: request.method,
    url: `https://site.example${request.url}`,
    headers,
    body: Readable.toWeb(request),
    signal: gone.signal,
  };
  const answer = await relay(call, { base, client: request.socket.remoteAddress, ...settings });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  // What is left of a request that was refused is not read.
  if (!request.complete) response.shouldKeepAlive = false;
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function isRelayed(url) {
  const path = url.split('?')[0];
  return !site || path === `${base}v1` || path.startsWith(`${base}v1/`) || !path.startsWith('/');
}

const handler = (request, response) => {
  const serve = isRelayed(request.url) ? serveRelay : serveFile;
  serve(request, response).catch(() => response.destroy());
};
const server = key
  ? https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, handler)
  : http.createServer(handler);
server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`listening on ${key ? 'https' : 'http'}://127.0.0.1:${server.address().port}\n`);
});
