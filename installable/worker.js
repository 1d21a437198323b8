// The service worker, served as sw.js: keeps the shell of one release, so that the installed app opens without a connection.
// Knows nothing of the app. It keeps what it takes in once, while installing, and of what is fetched later the texts of a
// language alone: neither config.json nor any answer of the service can get into its cache.
'use strict';

// `cargo xtask dist` writes before this: RELEASE, which names this release; FILES, the integrity value of each file whose
// name follows its bytes; and TEXTS, the names of those that only one language needs.

const BASE = new URL('./', self.location).pathname;
const OURS = `vetted ${BASE} `;
const CACHE = OURS + RELEASE;
const PAGE_LIMIT_MS = 3_000;

// ---- Which requests ------------------------------------------------------------------------------------------------

// 'page', 'file', or '' for everything that is none of the shell's business.
function kindOf(request) {
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith(BASE)) return '';
  if (request.headers.has('Authorization') || request.headers.has('Range')) return '';
  const name = pathname.slice(BASE.length);
  if (request.mode === 'navigate') return isPage(name) ? 'page' : '';
  return (Object.hasOwn(FILES, name) || TEXTS.includes(name)) && !search ? 'file' : '';
}

// As on the server: an address of the app has no dot in its last part, and v1 belongs to the service.
function isPage(name) {
  return !/^v1(?:\/|$)/i.test(name) && !name.split('/').at(-1).includes('.');
}

self.addEventListener('fetch', (event) => {
  const kind = kindOf(event.request);
  if (kind === 'page') event.respondWith(page(event.request));
  if (kind === 'file') event.respondWith(file(event.request));
});

// The network first, so that a new release arrives; what is kept when there is none, or it is slow.
async function page(request) {
  const answer = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PAGE_LIMIT_MS));
  const inTime = await Promise.race([answer, late]).catch(() => undefined);
  return inTime ?? (await kept(BASE)) ?? answer;
}

// Other bytes would have another name.
async function file(request) {
  const { pathname } = new URL(request.url);
  const had = await kept(pathname);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && TEXTS.includes(pathname.slice(BASE.length))) {
    const copy = answer.clone();
    const cache = await caches.open(CACHE);
    await cache.put(pathname, copy).catch(() => {}); // there is no room for it
  }
  return answer;
}

const kept = (path) => caches.match(path, { cacheName: CACHE, ignoreVary: true });

// ---- Coming and going ----------------------------------------------------------------------------------------------

self.addEventListener('install', (event) => event.waitUntil(install()));

// All or nothing: a shell with a part missing would be worse than none.
async function install() {
  try {
    const cache = await caches.open(CACHE);
    const files = Object.entries(FILES).map(([name, integrity]) => take(cache, BASE + name, { integrity }));
    await Promise.all([take(cache, BASE, { cache: 'reload' }), ...files]);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function take(cache, path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok || answer.redirected) throw new Error(`${path} is not there`);
  if (path === BASE && !(await answer.clone().text()).includes(`"${RELEASE}"`)) {
    throw new Error('the page belongs to another release');
  }
  await cache.put(path, answer);
}

self.addEventListener('activate', (event) => event.waitUntil(dropOldReleases()));

async function dropOldReleases() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// A new release waits until every tab is closed, or until somebody presses "Reload to update".
self.addEventListener('message', (event) => {
  if (event.data === 'release') event.ports[0]?.postMessage(RELEASE);
  if (event.data === 'activate') self.skipWaiting();
});
