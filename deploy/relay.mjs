// Run in every test run under Node.js 20 or newer, in front of the sandbox too; by hand in Cloudflare's runtime (`wrangler pages dev`).
// Not run at Cloudflare or Netlify themselves.
//
// The relay: passes the few calls that the app makes on to Partner Center, and nothing else. One function for every host that
// speaks the Fetch API; what belongs to one host is in cloudflare/ and netlify/. It keeps nothing, caches nothing and writes no
// log: there is not one call of console in it.

/** The only place that calls go to. A request cannot change it; the settings can, for another cloud and for tests. */
const UPSTREAM = 'https://api.partnercenter.microsoft.com';

/** Longer than the app itself waits: a relay that gives up first would make unknown outcomes of its own. */
const TIME_LIMIT = 75_000;
/** The app's largest body is a web address with a few words around it. */
const BODY_LIMIT = 16 * 1024;
/** A page of 100 customers has some 100 kB. */
const ANSWER_LIMIT = 8 * 1024 * 1024;
/** Calls of one address in one minute. Partner Center itself allows a whole partner 500. */
const PER_MINUTE = 600;

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const NO_CONTROLS = String.raw`(?!\S*%(?:[01]|7[Ff]))`;
/** Visible ASCII but `"#<>\`, as the links to further pages need it. */
const QUERY = String.raw`${NO_CONTROLS}[!$-;=?-\[\]-~]{1,4096}`;
/** One value, percent-encoded. */
const VALUE = String.raw`${NO_CONTROLS}[\w.!~*'()%-]{1,1024}`;

/** Method and address as they came, neither decoded nor put right: what is compared here is what is sent. */
const ALLOWED = [
  String.raw`GET /v1/customers\?${QUERY}`,
  String.raw`GET /v1/auditrecords\?${QUERY}`,
  `GET /v1/customers/${ID}`,
  `GET /v1/customers/${ID}/qualifications`,
  String.raw`GET /v1/customers/${ID}/validationStatus\?type=account`,
  String.raw`POST /v1/customers/${ID}/qualifications(?:\?code=${VALUE})?`,
  `GET /v1/customers/all/validations`,
].map((call) => new RegExp(`^${call}$`));

const PASSED_UP = [
  'Authorization',
  'Accept',
  'Content-Type',
  'MS-RequestId',
  'MS-CorrelationId',
  'MS-Contract-Version',
  'MS-PartnerCenter-Application',
  'MS-ContinuationToken',
  'X-Locale',
];

const PASSED_DOWN = [
  'Content-Type',
  'Date',
  'Retry-After',
  'WWW-Authenticate',
  'MS-RequestId',
  'MS-CorrelationId',
  'MS-CV',
];

/** On every answer. Hosts do not add the headers of the site to what a function answers. */
const OWN_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Answers one request.
 *
 * Of the request it reads method, url, headers, body and signal. Most hosts hand over a url that is already put right (`..`
 * taken out, backslashes turned); one that hands over the raw one is as welcome.
 *
 * Settings, all optional:
 * - `base`: where the site lies, such as `/vetted/`;
 * - `client`: the address the request came from, as the host knows it, for the limit per address;
 * - `upstream`: another cloud's API;
 * - `perMinute`, `timeLimit`: other limits.
 */
export async function relay(request, settings = {}) {
  const { base = '/', client = '', upstream = UPSTREAM, perMinute = PER_MINUTE, timeLimit = TIME_LIMIT } = settings;
  const { method, headers } = request;
  const target = below(base, request.url);

  if (!ALLOWED.some((call) => call.test(`${method} ${target}`))) {
    return own(404, 'relay_not_allowed', 'The relay does not pass this on.');
  }
  if (!['same-origin', 'none', null].includes(headers.get('Sec-Fetch-Site'))) {
    return own(403, 'relay_cross_site', 'The relay answers its own site only.');
  }
  // Two headers of one name arrive joined by a comma, which no token has.
  if (!/^(?:Bearer [\w.~+/-]+=*)?$/.test(headers.get('Authorization') ?? '')) {
    return own(400, 'relay_bad_token', 'The Authorization header is not one bearer token.');
  }
  if (method === 'POST' && !/^application\/json *(?:;|$)/i.test(headers.get('Content-Type') ?? '')) {
    return own(415, 'relay_not_json', 'The relay passes JSON on and nothing else.');
  }
  const wait = secondsToWait(client, perMinute);
  if (wait > 0) {
    const text = `Too many calls through the relay. Try again in ${wait} seconds.`;
    return own(429, 'relay_too_many', text, { 'Retry-After': String(wait) });
  }

  const deadline = AbortSignal.timeout(timeLimit);
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
  let body;
  try {
    if (method === 'POST') body = await whole(request.body, BODY_LIMIT, signal);
  } catch (error) {
    return error instanceof TooLarge
      ? own(413, 'relay_too_large', 'The relay does not pass so much on.')
      : own(408, 'relay_half_a_request', 'The request did not arrive in full.');
  }
  try {
    return await ask(upstream + target, { method, headers: only(PASSED_UP, headers), body, signal });
  } catch {
    return deadline.aborted
      ? own(504, 'relay_timed_out', 'Partner Center did not answer the relay in time.')
      : own(502, 'relay_unreachable', 'The relay did not get an answer from Partner Center.');
  }
}

/** The address without scheme, host and base; '' where it lies elsewhere. */
function below(base, url) {
  const path = url.replace(/^https?:\/\/[\w.:[\]-]*/, '');
  return path.startsWith(base) ? `/${path.slice(base.length)}` : '';
}

/** Asks Partner Center. Throws unless a whole answer came that is one: a redirection is none. */
async function ask(url, call) {
  const response = await fetch(url, { ...call, redirect: 'manual' });
  const { status } = response;
  if (status < 200 || (status >= 300 && status < 400)) {
    throw new Error('no answer of an API');
  }
  const body = await whole(response.body, ANSWER_LIMIT, call.signal);
  const headers = only(PASSED_DOWN, response.headers);
  Object.entries(OWN_HEADERS).forEach(([name, value]) => headers.set(name, value));
  return new Response(status === 204 || status === 205 ? null : body, { status, headers });
}

function only(names, from) {
  const headers = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** An answer of the relay's own. Plain text, which Partner Center never sends: so the app can tell whose answer it is. */
function own(status, code, words, more = {}) {
  const headers = { ...OWN_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', ...more };
  return new Response(`${code}: ${words}\n`, { status, headers });
}

class TooLarge extends Error {}

/** A stream's bytes, counted as they come: a length that is announced proves nothing. */
async function whole(stream, limit, signal) {
  if (!stream) return undefined;
  const reader = stream.getReader();
  const stopped = new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  stopped.catch(() => {});
  const chunks = [];
  let length = 0;
  try {
    signal.throwIfAborted();
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), stopped]);
      if (done) break;
      length += value.byteLength;
      if (length > limit) throw new TooLarge();
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  }
  return new Blob(chunks).arrayBuffer();
}

/**
 * Counts calls per address in windows of one minute.
 *
 * In memory, so it holds for one instance: a host that runs several counts in each of them, and one that starts afresh starts
 * at zero. It stops a page gone wild, no more. Use the host's own limit as well: a rate limiting rule of the zone at
 * Cloudflare, `rateLimit` in the function's configuration at Netlify.
 */
const MINUTE = 60_000;
const MANY = 10_000;
let windowStart = 0;
const counts = new Map();

function secondsToWait(client, perMinute) {
  const now = Date.now();
  if (now - windowStart >= MINUTE) {
    windowStart = now;
    counts.clear();
  }
  // More addresses than can be remembered share one count.
  // Whoever has one IPv6 address has the whole network of it, which is its first four groups.
  const caller = client.match(/^(?:[0-9a-f]+:){1,4}/i)?.[0] ?? client;
  const key = counts.has(caller) || counts.size < MANY ? caller : '';
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count > perMinute ? Math.max(1, Math.ceil((windowStart + MINUTE - now) / 1000)) : 0;
}
