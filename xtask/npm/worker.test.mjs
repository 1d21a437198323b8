// The service worker as it is shipped: which requests it answers and how, what it keeps, when a new one takes over.
// Knows nothing of the app. Run by `cargo xtask test`: VETTED_DIST is the built site.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';

const site = process.env.VETTED_DIST;
const source = readFileSync(join(site, 'sw.js'), 'utf8');
const page = readFileSync(join(site, 'index.html'), 'utf8');
const HASHED = /-[0-9a-f]{16}\.[a-z]+$/;
const ORIGIN = 'https://vetted.example';
const texts = [...page.matchAll(/href="\/(texts-[^"]+)"/g)].map(([, name]) => name);
const wasm = readdirSync(site).find((name) => /^vetted-[0-9a-f]{16}\.wasm$/.test(name));

// A browser as far as the worker sees it. `serve` is the network: a function from a URL to an answer, or a rejection.
function start({ base = '/', serve = (url) => answer(url) } = {}) {
  const handlers = new Map();
  const stores = new Map();
  const asked = [];
  const path = (key) => new URL(key, ORIGIN).pathname;
  const store = (name) => ({
    put: async (key, value) => void stores.get(name).set(path(key), value),
    match: async (key) => stores.get(name)?.get(path(key)),
  });
  const self = {
    location: new URL(`${base}sw.js`, ORIGIN),
    addEventListener: (name, handler) => handlers.set(name, handler),
    skipped: 0,
    skipWaiting: () => (self.skipped += 1),
  };
  const caches = {
    open: async (name) => {
      if (!stores.has(name)) stores.set(name, new Map());
      return store(name);
    },
    keys: async () => [...stores.keys()],
    delete: async (name) => stores.delete(name),
    match: async (key, { cacheName }) => store(cacheName).match(key),
  };
  const fetch = async (what, options) => {
    const url = new URL(what.url ?? what, ORIGIN);
    asked.push({ url, options });
    return serve(url, options);
  };
  const timers = [];
  const setTimeout = (callback, after) => timers.push({ callback, after });
  vm.runInNewContext(source, { self, caches, fetch, setTimeout, URL, Promise, Object, Error });
  const raise = async (name, event = {}) => {
    let done;
    handlers.get(name)({ waitUntil: (promise) => (done = promise), ...event });
    await done;
  };
  // The answer as a promise, or undefined where the browser is left to it.
  const ask = (url, { method = 'GET', headers = {}, mode = 'cors' } = {}) => {
    let promise;
    const request = { url: new URL(url, ORIGIN + base).href, method, mode, headers: new Headers(headers) };
    handlers.get('fetch')({ request, respondWith: (given) => (promise = given) });
    return promise;
  };
  return { self, stores, asked, timers, raise, ask };
}

const answer = (url, more = {}) => {
  const made = { url: url.href, ok: true, redirected: false, body: page, ...more };
  made.clone = () => made;
  made.text = async () => made.body;
  return made;
};
const gone = () => {
  throw new TypeError('no network');
};

// ---- Which requests ------------------------------------------------------------------------------------------------

const NAVIGATION = { mode: 'navigate' };
const ANSWERED = [
  ['/', NAVIGATION],
  ['/customers', NAVIGATION],
  ['/?q=a.b', NAVIGATION],
  ['/customers/0b6f2c58-94d3-4a17-8e0d-c3a5f1728e94/request', NAVIGATION],
  ['/auth/callback#code=x', NAVIGATION],
  ['/v10', NAVIGATION],
  [`/${wasm}`, {}],
];
const LEFT_ALONE = [
  // The service's answers, however they are asked for.
  ['/v1/customers', {}],
  ['/v1/customers?size=1', { headers: { Authorization: 'Bearer x' } }],
  ['/v1/customers', NAVIGATION],
  ['/v1', NAVIGATION],
  ['/V1/customers', NAVIGATION],
  ['/v1/customers/x/qualifications', { method: 'POST' }],
  ['/customers/../v1/customers', NAVIGATION],
  ['/%2e%2e/v1/customers', NAVIGATION],
  // Anything with a token, even where a file would be meant.
  [`/${wasm}`, { headers: { Authorization: 'Bearer x' } }],
  ['/', { ...NAVIGATION, headers: { authorization: 'Bearer x' } }],
  [`/${wasm}`, { headers: { Range: 'bytes=0-1' } }],
  // What changes without changing its name.
  ['/config.json', {}],
  ['/config.json', NAVIGATION],
  ['/release.json', {}],
  ['/sw.js', {}],
  ['/manifest.webmanifest', {}],
  ['/index.html', {}],
  ['/locales/sv.json', {}],
  // Files of no or another release, names that only look right, and names of an object's own.
  ['/vetted-0000000000000000.wasm', {}],
  [`/${wasm}?x`, {}],
  [`/x/${wasm}`, {}],
  [`/${wasm}/`, {}],
  ['/constructor', {}],
  ['/__proto__', {}],
  ['/toString', {}],
  ['/', {}],
  ['/customers', {}],
  // Other methods and other origins.
  ['/', { ...NAVIGATION, method: 'POST' }],
  [`/${wasm}`, { method: 'HEAD' }],
  [`https://elsewhere.example/${wasm}`, {}],
  ['https://elsewhere.example/', NAVIGATION],
  ['https://login.example/oauth2/token', { method: 'POST' }],
  [`http://vetted.example/${wasm}`, {}],
  [`https://vetted.example:8443/${wasm}`, {}],
];

test('answers for the page and for the files of its release, and leaves everything else to the browser', () => {
  const answers = ([url, how]) => start().ask(url, how) !== undefined;
  assert.deepEqual(ANSWERED.filter((one) => !answers(one)), []);
  assert.deepEqual(LEFT_ALONE.filter(answers), []);
});

test('under a path of its own it stays below it', () => {
  const at = (url, how) => start({ base: '/vetted/' }).ask(url, how) !== undefined;
  assert.ok(at('/vetted/', NAVIGATION) && at('/vetted/customers', NAVIGATION) && at(`/vetted/${wasm}`));
  for (const url of ['/', '/customers', '/vettedx/', '/vetted', '/vetted/v1/customers', '/vetted/config.json']) {
    assert.ok(!at(url, NAVIGATION), url);
  }
  assert.ok(!at(`/${wasm}`));
});

// ---- With and without a network ------------------------------------------------------------------------------------

async function installed(how) {
  let serve = (url) => answer(url);
  const worker = start({ ...how, serve: (url, options) => serve(url, options) });
  await worker.raise('install');
  worker.asked.length = 0;
  return { ...worker, network: (other) => (serve = other) };
}

test('a page comes from the network while there is one', async () => {
  const worker = await installed();
  const fresh = answer(new URL('/customers', ORIGIN), { body: 'fresh' });
  worker.network(() => fresh);
  assert.equal(await worker.ask('/customers', NAVIGATION), fresh);
});

test('a page that does not come is replaced by the one that was kept', async () => {
  const worker = await installed();
  worker.network(gone);
  assert.equal((await worker.ask('/customers/x', NAVIGATION)).url, `${ORIGIN}/`);
});

test('a page that is slow is replaced by the one that was kept, after some seconds', async () => {
  const worker = await installed();
  worker.network(() => new Promise(() => {}));
  const promise = worker.ask('/', NAVIGATION);
  assert.equal(worker.timers.length, 1);
  assert.ok(worker.timers[0].after <= 5_000);
  worker.timers[0].callback();
  assert.equal((await promise).url, `${ORIGIN}/`);
});

test('what the server says is passed on, also when it is a refusal', async () => {
  const worker = await installed();
  worker.network((url) => answer(url, { ok: false, status: 503 }));
  assert.equal((await worker.ask('/', NAVIGATION)).status, 503);
});

test('a file comes from what was kept without asking, and from the network when it was not kept', async () => {
  const worker = await installed();
  assert.equal((await worker.ask(`/${wasm}`)).url, `${ORIGIN}/${wasm}`);
  assert.equal(worker.asked.length, 0);
  worker.stores.clear();
  await worker.ask(`/${wasm}`);
  assert.equal(worker.asked.length, 1);
  worker.network(gone);
  await assert.rejects(worker.ask(`/${wasm}`));
});

test('the texts of a language are kept once they have been asked for, and nothing but texts', async () => {
  const worker = await installed();
  assert.ok(texts.length >= 10, 'the page names the texts of its languages');
  const [text, refused, led] = texts;
  worker.network((url) => answer(url, { ok: !url.pathname.includes(refused), redirected: url.pathname.includes(led) }));
  for (const name of [text, refused, led]) await worker.ask(`/${name}`);
  worker.network(gone);
  assert.equal((await worker.ask(`/${text}`)).url, `${ORIGIN}/${text}`);
  await assert.rejects(worker.ask(`/${refused}`), 'a refusal is not kept');
  await assert.rejects(worker.ask(`/${led}`), 'what came from elsewhere is not kept');
});

test('texts that there is no room to keep are given all the same', async () => {
  const worker = await installed();
  for (const store of worker.stores.values()) {
    store.set = () => {
      throw new Error('the disk is full');
    };
  }
  const [text] = texts;
  assert.equal((await worker.ask(`/${text}`)).url, `${ORIGIN}/${text}`);
});

test('nothing else that is fetched later is kept', async () => {
  const worker = await installed();
  const before = [...worker.stores.values()].map((store) => [...store.keys()]);
  for (const [url, how] of [...ANSWERED, ...LEFT_ALONE]) await worker.ask(url, how);
  assert.deepEqual([...worker.stores.values()].map((store) => [...store.keys()]), before);
});

// ---- Coming and going ----------------------------------------------------------------------------------------------

test('it keeps the page and the files whose names follow their bytes, each with its integrity value, and no more', async () => {
  const worker = start();
  await worker.raise('install');
  const [store] = worker.stores.values();
  const named = [...page.matchAll(/(?:href|src)="\/([^"]+)"/g)].map(([, name]) => name).filter((name) => HASHED.test(name));
  assert.ok(named.length >= 4, 'the page names its files');
  const missing = named.filter((name) => !store.has(`/${name}`));
  assert.deepEqual(missing, texts, 'all but the texts of languages');
  const others = [...store.keys()].filter((path) => path !== '/' && !HASHED.test(path));
  assert.deepEqual(others, []);
  const loose = worker.asked.filter(({ url, options }) => url.pathname !== '/' && !/^sha384-/.test(options.integrity));
  assert.deepEqual(loose, []);
});

for (const [what, serve] of [
  ['a file is missing', (url) => answer(url, { ok: !url.pathname.endsWith('.css') })],
  ['the page is of another release', (url) => answer(url, { body: '<!doctype html>' })],
  ['the page is somewhere else', (url) => answer(url, { redirected: url.pathname === '/' })],
  ['the network breaks', (url) => (url.pathname.endsWith('.wasm') ? gone() : answer(url))],
]) {
  test(`it is not installed, and keeps nothing, when ${what}`, async () => {
    const worker = start({ serve });
    await assert.rejects(worker.raise('install'));
    assert.equal(worker.stores.size, 0);
  });
}

test('it waits until it is asked to take over, and then drops what older releases kept, but nothing of others', async () => {
  const worker = await installed();
  assert.equal(worker.self.skipped, 0);
  const [own] = worker.stores.keys();
  for (const name of ['vetted / 0000000000000000', 'vetted /other/ 0', 'somebody else']) worker.stores.set(name, new Map());
  await worker.raise('activate');
  assert.deepEqual([...worker.stores.keys()], [own, 'vetted /other/ 0', 'somebody else']);
  assert.equal(worker.self.skipped, 0);
  await worker.raise('message', { data: 'anything', ports: [] });
  assert.equal(worker.self.skipped, 0);
  await worker.raise('message', { data: 'activate', ports: [] });
  assert.equal(worker.self.skipped, 1);
});

test('it says which release it is: the one that the page names', async () => {
  const said = [];
  await start().raise('message', { data: 'release', ports: [{ postMessage: (what) => said.push(what) }] });
  assert.deepEqual(said, [page.match(/name="vetted-release" content="([0-9a-f]{16})"/)[1]]);
});

// ---- The manifest --------------------------------------------------------------------------------------------------

test('the manifest names icons that are there, stays within the site, and the page does not load it at once', () => {
  const manifest = JSON.parse(readFileSync(join(site, 'manifest.webmanifest')));
  for (const { src, sizes, type } of manifest.icons) {
    assert.match(src, HASHED);
    const bytes = readFileSync(join(site, src));
    if (type === 'image/png') assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
  }
  const has = (size, purpose) => manifest.icons.some((icon) => icon.sizes === size && icon.purpose === purpose);
  assert.ok(has('192x192') && has('512x512') && has('192x192', 'maskable') && has('512x512', 'maskable'));
  assert.equal(manifest.start_url, './');
  assert.equal(manifest.scope, './');
  assert.ok(!page.includes('manifest'));
});
