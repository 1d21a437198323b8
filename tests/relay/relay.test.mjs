// deploy/relay.mjs and the files that call it: what passes to Partner Center, what does not, and what comes back. Knows nothing of
// the app. Run by `cargo xtask test`.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, mock, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { relay } from '../../deploy/relay.mjs';

const ID = '11111111-2222-4333-8444-55555555555a';
const CUSTOMER = `/v1/customers/${ID}`;
const QUALIFICATIONS = `${CUSTOMER}/qualifications`;
const CANARY = 'canary-4f1c.9b7e-token';
const BODY = '{"qualification":"StateOwnedEntity"}';

// ---- Partner Center, played by a server that writes down what arrives ------------------------------------------------

let upstream;
let arrived = [];
let answer;
const endings = [];
after(() => endings.forEach((end) => end()));

before(async () => {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    arrived.push({ call: `${request.method} ${request.url}`, headers: request.headers, body: String(Buffer.concat(chunks)) });
    answer(response, request);
  });
  upstream = await listening(server);
});

beforeEach(() => {
  arrived = [];
  answer = (response) => response.end('{"items":[]}');
});

async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address();
  return `${server instanceof https.Server ? 'https' : 'http'}://127.0.0.1:${port}`;
}

let callers = 0;

/** What the relay answers to a request whose address arrives as it is written here. */
async function asked(call, { headers = {}, body, settings = {} } = {}) {
  const [method, ...rest] = call.split(' ');
  const stream = typeof body === 'string' ? new Blob([body]).stream() : body;
  const request = { method, url: `https://site.example${rest.join(' ')}`, headers: new Headers(headers), body: stream };
  return relay(request, { upstream, client: `caller ${callers++}`, ...settings });
}

const posted = (more = {}) =>
  asked(`POST ${QUALIFICATIONS}`, { body: BODY, ...more, headers: { 'Content-Type': 'application/json', ...more.headers } });

async function refusal(response, status, code) {
  assert.equal(response.status, status);
  const [first, words] = (await response.text()).split(': ');
  assert.equal(first, code);
  assert.ok(words.length > 20);
  // What is JSON or has a header of Partner Center's is taken for Partner Center's own by the app.
  assert.match(response.headers.get('Content-Type'), /^text\/plain;/);
  assert.doesNotMatch([...response.headers.keys()].join(' '), /ms-|www-authenticate/);
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
}

// ---- What passes ------------------------------------------------------------------------------------------------------

const PASSED = [
  'GET /v1/customers?size=1',
  'GET /v1/customers?size=100&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22R%26D%3D1%232%3F3%2F4%5C%5C%22%7D',
  'GET /v1/customers?size=100&seekOperation=Next',
  'GET /v1/customers?filter={%22Field%22:%22Domain%22,%22Value%22:%22a|b^c%20%%22}',
  `GET ${CUSTOMER}`,
  `GET ${QUALIFICATIONS}`,
  `GET ${CUSTOMER}/validationStatus?type=account`,
  'GET /v1/customers/all/validations',
  'GET /v1/auditrecords?startDate=2026-03-01&endDate=2026-03-05&filter=%7B%22Field%22%3A%22CustomerId%22%7D&size=500',
  'GET /v1/auditrecords?size=500&seekOperation=Next',
  `POST ${QUALIFICATIONS}`,
  `POST ${QUALIFICATIONS}?code=1%26x%3D%222%22%5C%233`,
];

test('the calls of the app arrive as they were sent', async () => {
  for (const call of PASSED) {
    arrived = [];
    const isPost = call.startsWith('POST');
    const response = await asked(call, isPost ? { body: BODY, headers: { 'Content-Type': 'application/json' } } : {});
    assert.equal(response.status, 200, call);
    assert.deepEqual(arrived.map(({ call }) => call), [call]);
    assert.equal(arrived[0].body, isPost ? BODY : '');
  }
});

const REFUSED = [
  // Other addresses.
  'GET /v1/customers',
  'GET /v1/customers?',
  'GET /v1/customers/',
  'GET /v1',
  'GET /v1/',
  'GET /v1/invoices?size=1',
  'GET /v1/profiles/organization',
  'GET /v2/customers?size=1',
  'GET /V1/customers?size=1',
  `GET /v1/customers/${ID}/`,
  `GET /v1/customers/${ID}?size=1`,
  `GET /v1/customers/${ID.toUpperCase()}`,
  `GET /v1/customers/{${ID}}`,
  `GET /v1/customers/${ID}0`,
  'GET /v1/customers/all',
  'GET /v1/customers/all/validations?x=1',
  `GET ${QUALIFICATIONS}?code=1`,
  `GET ${QUALIFICATIONS}/education`,
  `GET ${CUSTOMER}/subscriptions`,
  `GET ${CUSTOMER}/users`,
  `GET ${CUSTOMER}/validationStatus`,
  `GET ${CUSTOMER}/validationStatus?`,
  `GET ${CUSTOMER}/validationStatus?type=`,
  `GET ${CUSTOMER}/validationStatus?type=accountx`,
  `GET ${CUSTOMER}/validationStatus?type=account&x=1`,
  `GET ${CUSTOMER}/validationStatus?x=1&type=account`,
  `GET ${CUSTOMER}/validationStatus?type=%61ccount`,
  `GET ${CUSTOMER}/validationStatus/?type=account`,
  `GET ${CUSTOMER}/validationstatus?type=account`,
  `GET ${CUSTOMER}?type=account`,
  'GET /v1/customers/all/validationStatus?type=account',
  'GET /v1/auditrecords',
  'GET /v1/auditrecords?',
  'GET /v1/auditrecords/?size=1',
  'GET /v1/auditrecords/x?size=1',
  'GET /v1/auditrecordsx?size=1',
  'GET /v1/AuditRecords?size=1',
  'GET /v1/customers/auditrecords?size=1',
  'GET /v1/auditrecords?size=%0d%0aX:%20y',
  'GET /v1/auditrecords?size=1#x',
  'GET /config.json',
  // Other methods.
  `POST ${CUSTOMER}`,
  'POST /v1/customers?size=1',
  'POST /v1/customers/all/validations',
  'POST /v1/auditrecords?size=1',
  'DELETE /v1/auditrecords?size=1',
  'HEAD /v1/auditrecords?size=1',
  `POST ${CUSTOMER}/validationStatus?type=account`,
  `PUT ${CUSTOMER}/validationStatus?type=account`,
  `PUT ${QUALIFICATIONS}`,
  `PATCH ${QUALIFICATIONS}`,
  `DELETE ${QUALIFICATIONS}`,
  `OPTIONS ${QUALIFICATIONS}`,
  `HEAD ${CUSTOMER}`,
  `TRACE ${CUSTOMER}`,
  `get ${CUSTOMER}`,
  `FORGET ${CUSTOMER}`,
  `GETS ${CUSTOMER}`,
  // Addresses that a server somewhere reads in another way.
  `GET /v1/customers%2F${ID}`,
  `GET /v1/customers/${ID}%2Fqualifications`,
  `GET /v1/customers/${ID}%2fqualifications`,
  'GET /v1%2Fcustomers?size=1',
  `GET /v1/customers/../customers/${ID}`,
  `GET /v1/customers/%2e%2e/invoices`,
  `GET /v1/customers/.%2e/customers/${ID}`,
  `GET ${CUSTOMER}/../../invoices`,
  `GET /v1/./customers/${ID}`,
  `GET //v1/customers/${ID}`,
  `GET /v1//customers/${ID}`,
  `GET /v1/customers//${ID}`,
  `GET /v1\\customers\\${ID}`,
  `GET /v1/customers/${ID}\\qualifications`,
  `GET /v1/customers/${ID}%5Cqualifications`,
  `GET ${CUSTOMER}%00`,
  `GET ${CUSTOMER}\0`,
  `GET ${CUSTOMER}\n`,
  `GET ${CUSTOMER}%0d%0aX: y`,
  `GET ${CUSTOMER} HTTP/1.1`,
  `GET ${CUSTOMER};a=b`,
  `GET ${CUSTOMER}#`,
  `GET ${CUSTOMER}#/../x`,
  `GET /v1/customers/%31${ID.slice(1)}`,
  `GET /v1/customers/١${ID.slice(1)}`,
  // Queries that are none.
  'GET /v1/customers?size=1#x',
  'GET /v1/customers?size=1\\x',
  'GET /v1/customers?size=1 x',
  'GET /v1/customers?size=1"x',
  'GET /v1/customers?size=1<x>',
  'GET /v1/customers?size=1%00',
  'GET /v1/customers?size=%0d%0aX:%20y',
  'GET /v1/customers?size=%7f',
  'GET /v1/customers?size=é',
  `GET /v1/customers?size=${'1'.repeat(4097)}`,
  `POST ${QUALIFICATIONS}?code=`,
  `POST ${QUALIFICATIONS}?code=1&x=2`,
  `POST ${QUALIFICATIONS}?x=1`,
  `POST ${QUALIFICATIONS}?code=1%00`,
  // Another host in the address.
  `GET @evil.example${CUSTOMER}`,
  `GET .evil.example${CUSTOMER}/x`,
  `GET http://evil.example${CUSTOMER}`,
  `GET //evil.example${CUSTOMER}`,
  'GET ?size=1',
  'GET ',
];

test('nothing else reaches Partner Center', async () => {
  const passed = [];
  for (const call of REFUSED) {
    const response = await asked(call, call.startsWith('POST') ? { body: BODY, headers: { 'Content-Type': 'application/json' } } : {});
    if (response.status !== 404) passed.push([call, response.status]);
  }
  assert.deepEqual(passed, []);
  assert.deepEqual(arrived, []);
  await refusal(await asked('GET /v1/invoices'), 404, 'relay_not_allowed');
});

test('a request cannot name another upstream', async () => {
  const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' };
  await asked('GET /v1/customers?size=1&upstream=https://evil.example', { headers });
  assert.equal(arrived.length, 1);
  assert.equal(arrived[0].headers.host, new URL(upstream).host);
});

test('below a base only the addresses below it pass', async () => {
  const settings = { base: '/vetted/' };
  assert.equal((await asked(`GET /vetted${CUSTOMER}`, { settings })).status, 200);
  assert.deepEqual(arrived.map(({ call }) => call), [`GET ${CUSTOMER}`]);
  for (const path of [CUSTOMER, `/other${CUSTOMER}`, `/vetted/vetted${CUSTOMER}`, `/vetted${CUSTOMER}/..`]) {
    await refusal(await asked(`GET ${path}`, { settings }), 404, 'relay_not_allowed');
  }
});

// ---- Headers ----------------------------------------------------------------------------------------------------------

const SENT = {
  Authorization: `Bearer ${CANARY}`,
  Accept: 'application/json',
  'Content-Type': 'application/json',
  'MS-RequestId': 'aaaaaaaa-0000-4000-8000-000000000001',
  'MS-CorrelationId': 'cccccccc-0000-4000-8000-000000000002',
  'MS-Contract-Version': 'v1',
  'MS-PartnerCenter-Application': 'Vetted',
  'MS-ContinuationToken': 'opaque==',
  'X-Locale': 'hu-HU',
};

test('only the headers of the contract go up', async () => {
  const more = {
    Cookie: 'session=1',
    Origin: 'https://site.example',
    Referer: 'https://site.example/customers',
    'Proxy-Authorization': 'Basic eA==',
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Host': 'evil.example',
    'X-HTTP-Method-Override': 'DELETE',
    'X-Original-URL': '/v1/invoices',
    'If-Match': '"1"',
    'If-None-Match': '"1"',
    Range: 'bytes=0-1',
    'MS-PartnerCenter-Client': 'x',
    'User-Agent': 'a browser',
    'Sec-Fetch-Site': 'same-origin',
  };
  await posted({ headers: { ...SENT, ...more } });
  const { headers } = arrived[0];
  for (const [name, value] of Object.entries(SENT)) assert.equal(headers[name.toLowerCase()], value, name);
  const ofTheContract = Object.keys(SENT).map((name) => name.toLowerCase());
  // What a client of HTTP says for itself.
  const itsOwn = ['host', 'connection', 'content-length', 'accept-encoding', 'accept-language', 'sec-fetch-mode', 'user-agent'];
  assert.deepEqual(Object.keys(headers).filter((name) => ![...ofTheContract, ...itsOwn].includes(name)), []);
  assert.notEqual(headers['user-agent'], 'a browser');
});

test('only the headers of the contract come down, and nothing may be kept', async () => {
  const kept = {
    'content-type': 'application/json; charset=utf-8',
    date: 'Sat, 01 Mar 2025 10:00:00 GMT',
    'retry-after': '57',
    'www-authenticate': 'Bearer error="invalid_token"',
    'ms-requestid': 'aaaaaaaa-0000-4000-8000-000000000001',
    'ms-correlationid': 'cccccccc-0000-4000-8000-000000000002',
    'ms-cv': 'n0lMNyJtaUC802pO.0',
  };
  const dropped = {
    'set-cookie': ['a=1', 'b=2'],
    server: 'x',
    etag: '"1"',
    'cache-control': 'public, max-age=86400',
    expires: 'Sat, 01 Mar 2035 10:00:00 GMT',
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'content-security-policy': "script-src 'unsafe-inline'",
    location: 'https://evil.example/',
    refresh: '0; url=https://evil.example/',
    link: '<https://evil.example/>; rel=preload',
    'clear-site-data': '"*"',
    'service-worker-allowed': '/',
    'x-powered-by': 'x',
    'ms-serverid': '1',
  };
  answer = (response) => response.writeHead(429, { ...kept, ...dropped }).end('{"statusCode":429}');
  const response = await asked(`GET ${CUSTOMER}`);
  assert.equal(response.status, 429);
  assert.deepEqual(Object.fromEntries(response.headers), {
    ...kept,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
  });
});

test('calls from another site are refused', async () => {
  for (const site of ['cross-site', 'same-site', 'same-origin, cross-site', '', 'Same-Origin']) {
    await refusal(await asked(`GET ${CUSTOMER}`, { headers: { 'Sec-Fetch-Site': site } }), 403, 'relay_cross_site');
  }
  assert.deepEqual(arrived, []);
  for (const site of ['same-origin', 'none']) {
    assert.equal((await asked(`GET ${CUSTOMER}`, { headers: { 'Sec-Fetch-Site': site } })).status, 200);
  }
});

test('what is not one bearer token is refused, and no token at all is not', async () => {
  for (const value of ['Basic eA==', 'Bearer', 'Bearer a b', 'Bearer a, Bearer b', 'bearer a', 'Bearer a"']) {
    await refusal(await asked(`GET ${CUSTOMER}`, { headers: { Authorization: value } }), 400, 'relay_bad_token');
  }
  assert.deepEqual(arrived, []);
  assert.equal((await asked('GET /v1/customers?size=1')).status, 200);
  assert.equal(arrived[0].headers.authorization, undefined);
});

// ---- Bodies -----------------------------------------------------------------------------------------------------------

test('a body of any other kind than JSON is refused', async () => {
  for (const kind of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'text/plain, application/json', '']) {
    await refusal(await posted({ headers: { 'Content-Type': kind } }), 415, 'relay_not_json');
  }
  assert.deepEqual(arrived, []);
  assert.equal((await posted({ headers: { 'Content-Type': 'application/json; charset=utf-8' } })).status, 200);
});

test('a body that is too large is refused, whatever length it was said to have', async () => {
  const endless = new ReadableStream({
    async pull(controller) {
      await setImmediate();
      controller.enqueue(new Uint8Array(1000));
    },
  });
  await refusal(await posted({ body: endless, headers: { 'Content-Length': '10' }, settings: { timeLimit: 2000 } }), 413, 'relay_too_large');
  await refusal(await posted({ body: 'x'.repeat(16 * 1024 + 1) }), 413, 'relay_too_large');
  assert.deepEqual(arrived, []);
  assert.equal((await posted({ body: 'x'.repeat(16 * 1024) })).status, 200);
});

test('a body that never ends is not waited for', { timeout: 10_000 }, async () => {
  const silent = new ReadableStream({ pull: () => new Promise(() => {}) });
  await refusal(await posted({ body: silent, settings: { timeLimit: 50 } }), 408, 'relay_half_a_request');
  assert.deepEqual(arrived, []);
});

test('a body with a GET stays behind', async () => {
  await asked(`GET ${CUSTOMER}`, { body: BODY });
  assert.equal(arrived[0].body, '');
});

// ---- Answers ----------------------------------------------------------------------------------------------------------

test('statuses and bodies come back as they are', async () => {
  for (const [status, body] of [[200, '[]'], [201, '{}'], [204, ''], [401, ''], [403, '{"code":1002}'], [500, 'é'], [503, '<p>no</p>']]) {
    answer = (response) => response.writeHead(status).end(body);
    const response = await asked(`GET ${CUSTOMER}`);
    assert.deepEqual([response.status, await response.text()], [status, body]);
  }
});

test('a redirection is neither followed nor passed on', async () => {
  for (const status of [301, 302, 303, 304, 307, 308]) {
    arrived = [];
    answer = (response) => response.writeHead(status, { Location: '/v1/invoices' }).end();
    const response = await asked(`GET ${CUSTOMER}`, { headers: SENT });
    assert.equal(response.headers.get('Location'), null);
    await refusal(response, 502, 'relay_unreachable');
    assert.deepEqual(arrived.map(({ call }) => call), [`GET ${CUSTOMER}`]);
  }
});

test('where Partner Center gives no whole answer, the relay says so', async () => {
  const broken = [
    (response) => response.socket.destroy(),
    (response) => response.writeHead(200, { 'Content-Length': '100' }).write('half', () => response.socket.destroy()),
    (response) => response.end(Buffer.alloc(8 * 1024 * 1024 + 1)),
    (response) => response.socket.end('no HTTP\r\n\r\n'),
  ];
  for (const way of broken) {
    answer = way;
    await refusal(await asked(`GET ${CUSTOMER}`), 502, 'relay_unreachable');
  }
});

test('where Partner Center is silent, the relay gives up in the end', async () => {
  answer = () => {};
  await refusal(await posted({ settings: { timeLimit: 50 } }), 504, 'relay_timed_out');
  answer = (response) => response.writeHead(200).write('half');
  await refusal(await asked(`GET ${CUSTOMER}`, { settings: { timeLimit: 50 } }), 504, 'relay_timed_out');
});

test('the relay waits longer than the app', () => {
  const milliseconds = (name, path) => {
    const [, number] = readFileSync(new URL(path, import.meta.url), 'utf8').match(new RegExp(`${name}\\D*([\\d_]+)`));
    return Number(number.replaceAll('_', ''));
  };
  const relays = milliseconds('const TIME_LIMIT = ', '../../deploy/relay.mjs');
  assert.equal(relays, 75_000);
  assert.ok(relays > milliseconds('Method::Post => ', '../../src/partner_center/transport.rs'));
});

// ---- How many ---------------------------------------------------------------------------------------------------------

test('an address that calls too often has to wait, and others do not', async () => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() + 120_000 });
  try {
    const settings = { client: '192.0.2.1', perMinute: 3 };
    const statuses = async (times) => {
      const all = [];
      for (let i = 0; i < times; i += 1) all.push((await asked(`GET ${CUSTOMER}`, { settings })).status);
      return all;
    };
    assert.deepEqual(await statuses(4), [200, 200, 200, 429]);
    mock.timers.tick(20_000);
    const refused = await asked(`GET ${CUSTOMER}`, { settings });
    assert.equal(refused.headers.get('Retry-After'), '40');
    await refusal(refused, 429, 'relay_too_many');
    assert.equal((await asked(`GET ${CUSTOMER}`, { settings: { ...settings, client: '192.0.2.2' } })).status, 200);
    mock.timers.tick(40_000);
    assert.deepEqual(await statuses(1), [200]);
    assert.equal(arrived.length, 5);
  } finally {
    mock.timers.reset();
  }
});

test('addresses of one network count as one, because whoever has one of them has them all', async () => {
  const ask = async (client) => (await asked(`GET ${CUSTOMER}`, { settings: { client, perMinute: 1 } })).status;
  assert.equal(await ask('2001:db8:1:2:3:4:5:6'), 200);
  assert.equal(await ask('2001:db8:1:2::7'), 429);
  assert.equal(await ask('2001:db8:1:3::7'), 200);
  assert.equal(await ask('2001:db8::7'), 200);
  assert.equal(await ask('2001:db8::8'), 429);
});

test('what is refused anyway is not counted', async () => {
  const settings = { client: '192.0.2.3', perMinute: 1 };
  for (let i = 0; i < 3; i += 1) await asked('GET /v1/invoices', { settings });
  assert.equal((await asked(`GET ${CUSTOMER}`, { settings })).status, 200);
});

// ---- What is written down ---------------------------------------------------------------------------------------------

test('no token is ever written to the console', async () => {
  const written = [];
  const streams = [process.stdout, process.stderr].map((stream) => mock.method(stream, 'write', (text) => written.push(String(text)) > 0));
  try {
    console.log(CANARY);
    assert.ok(written.join('').includes(CANARY), 'what is written is seen');
    written.length = 0;
    const ways = [
      (response) => response.end('[]'),
      (response) => response.writeHead(401).end(CANARY),
      (response) => response.writeHead(302, { Location: '/' }).end(),
      (response) => response.socket.destroy(),
      () => {},
    ];
    for (const way of ways) {
      answer = way;
      for (const call of [`GET ${CUSTOMER}`, `POST ${QUALIFICATIONS}`, 'GET /v1/invoices']) {
        await asked(call, { headers: SENT, body: BODY, settings: { timeLimit: 50 } });
      }
    }
    await asked(`GET ${CUSTOMER}`, { headers: { Authorization: `Basic ${CANARY}` } });
    await asked(`GET ${CUSTOMER}`, { headers: SENT, settings: { upstream: 'https://127.0.0.1:1' } });
    assert.ok(!written.join('').includes(CANARY), written.join(''));
  } finally {
    streams.forEach((stream) => stream.mock.restore());
  }
});

test('the relay does not even mention the console', () => {
  const files = ['relay.mjs', 'cloudflare/functions/v1/[[path]].js', 'netlify/functions/relay.mjs'];
  for (const file of files) {
    const text = readFileSync(new URL(`../../deploy/${file}`, import.meta.url), 'utf8');
    assert.doesNotMatch(text.replace(/^\/\/.*$/gm, ''), /console\s*[.[]|process\s*\.\s*std|import\s*\(|eval\s*\(/, file);
  }
});

// ---- The files that call it -------------------------------------------------------------------------------------------

test('at Cloudflare and Netlify calls go to Partner Center, counted by the address the host names', async () => {
  const cloudflare = await import('../../deploy/cloudflare/functions/v1/[[path]].js');
  const netlify = await import('../../deploy/netlify/functions/relay.mjs');
  const request = () =>
    new Request(`https://site.example${CUSTOMER}`, { headers: { ...SENT, 'CF-Connecting-IP': '192.0.2.10' } });
  const calls = [];
  const mocked = mock.method(globalThis, 'fetch', async (url, options) => {
    calls.push({ url, redirect: options.redirect });
    return new Response('[]');
  });
  try {
    const hosts = { cloudflare: () => cloudflare.onRequest({ request: request() }), netlify: () => netlify.default(request(), { ip: '192.0.2.11' }) };
    for (const [name, host] of Object.entries(hosts)) {
      calls.length = 0;
      assert.equal((await host()).status, 200, name);
      assert.deepEqual(calls, [{ url: `https://api.partnercenter.microsoft.com${CUSTOMER}`, redirect: 'manual' }], name);
      let last;
      for (let i = 0; i < 600; i += 1) last = await host();
      assert.equal(last.status, 429, name);
    }
  } finally {
    mocked.mock.restore();
  }
  assert.deepEqual(netlify.config.path, ['/v1', '/v1/*']);
});

// ---- Over the wire, with TLS ------------------------------------------------------------------------------------------

/** An authority of its own with a certificate for 127.0.0.1, in a folder that goes with the tests. */
function certificates(name) {
  const folder = mkdtempSync(join(tmpdir(), 'vetted-relay-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  const openssl = (...words) => {
    const { status, error, stderr } = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, `openssl is needed to make certificates for this test. ${error ?? stderr}`);
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', `/CN=${name}`);
  const site = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'];
  openssl('req', '-x509', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...curve, '-keyout', 'site.key', '-out', 'site.pem', '-subj', '/CN=site', ...site);
  const path = (file) => join(folder, file);
  return { ca: path('ca.pem'), key: readFileSync(path('site.key')), cert: readFileSync(path('site.pem')) };
}

async function host(settings, ca) {
  const program = fileURLToPath(new URL('host.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endings.push(() => child.kill());
  const printed = [];
  child.stdout.on('data', (data) => printed.push(data));
  child.stderr.on('data', (data) => printed.push(data));
  await once(child.stdout, 'data');
  const address = String(printed[0]).trim().replace('listening on ', '');
  return { address, printed: () => Buffer.concat(printed).toString() };
}

/** Sends these very bytes and gives the status of the answer; 0 when the connection just ends. */
async function raw(address, text) {
  const { hostname, port } = new URL(address);
  const socket = net.connect(port, hostname);
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer, and no end')));
  socket.write(text);
  const chunks = [];
  try {
    for await (const chunk of socket) chunks.push(chunk);
  } catch (error) {
    // A host that has refused a request need not read the rest of it.
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
  }
  return Number(String(Buffer.concat(chunks)).match(/^HTTP\/1\.1 (\d{3})/)?.[1] ?? 0);
}

test('the upstream has to prove who it is', async () => {
  const ours = certificates('ours');
  const others = certificates('others');
  const respond = (request, response) => {
    arrived.push({ call: `${request.method} ${request.url}` });
    response.end('[]');
  };
  const right = await listening(https.createServer(ours, respond));
  const wrong = await listening(https.createServer(others, respond));
  const ask = async (upstream) => {
    const { address, printed } = await host({ upstream }, ours.ca);
    const response = await fetch(`${address}${CUSTOMER}`, { headers: { Authorization: SENT.Authorization } });
    return { response, printed };
  };
  assert.equal((await ask(right)).response.status, 200);
  assert.equal(arrived.length, 1);
  const { response, printed } = await ask(wrong);
  await refusal(response, 502, 'relay_unreachable');
  assert.equal(arrived.length, 1, 'nothing was sent to the wrong one');
  // The right certificate under a name that is not in it.
  await refusal((await ask(right.replace('127.0.0.1', 'localhost'))).response, 502, 'relay_unreachable');
  assert.ok(!printed().includes(CANARY), printed());
});

test('over the wire nothing hostile passes', async () => {
  const { address } = await host({ upstream });
  const call = (line, headers = [], body = '') =>
    raw(address, [line, 'Host: site.example', 'Connection: close', ...headers, '', body].join('\r\n'));
  const length = `Content-Length: ${BODY.length}`;
  const json = 'Content-Type: application/json';
  assert.equal(await call(`GET ${CUSTOMER} HTTP/1.1`), 200);
  assert.equal(await call(`POST ${QUALIFICATIONS} HTTP/1.1`, [json, length], BODY), 200);
  arrived = [];
  const hostile = [
    ...REFUSED.filter((text) => !/[\0\n]|^get |^GETS /.test(text)).map((text) => [`${text} HTTP/1.1`]),
    [`GET http://evil.example${CUSTOMER} HTTP/1.1`],
    [`GET https://site.example${CUSTOMER} HTTP/1.1`],
    ['CONNECT evil.example:443 HTTP/1.1'],
    // Two lengths, and a length beside chunks: what a second request hides in.
    [`POST ${QUALIFICATIONS} HTTP/1.1`, [json, length, 'Transfer-Encoding: chunked'], `0\r\n\r\nGET ${CUSTOMER} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [`POST ${QUALIFICATIONS} HTTP/1.1`, [json, 'Content-Length: 1', 'Content-Length: 2'], BODY],
    [`POST ${QUALIFICATIONS} HTTP/1.1`, [json, 'Transfer-Encoding : chunked'], `0\r\n\r\n`],
    // In chunks, so that no length is announced.
    [`POST ${QUALIFICATIONS} HTTP/1.1`, [json, 'Transfer-Encoding: chunked'], `4001\r\n${'x'.repeat(0x4001)}\r\n0\r\n\r\n`],
    [`POST ${QUALIFICATIONS} HTTP/1.1`, [json, 'Content-Length: 1000000'], 'x'.repeat(1_000_000)],
    [`GET ${CUSTOMER} HTTP/1.1`, ['Authorization: Bearer a', 'Authorization: Bearer b']],
    [`GET ${CUSTOMER} HTTP/1.1`, ['Sec-Fetch-Site: cross-site']],
    [`GET ${CUSTOMER} HTTP/1.1`, ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']],
    [`GET ${CUSTOMER} HTTP/1.1`, [`X: ${'x'.repeat(100_000)}`]],
  ];
  const passed = [];
  for (const [line, headers, body] of hostile) {
    const status = await call(line, headers, body);
    if (status >= 200 && status < 400) passed.push([line, headers, status]);
  }
  assert.deepEqual(passed, []);
  assert.deepEqual(arrived, []);
});
