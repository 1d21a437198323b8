// Makes the site installable, or takes that back: the manifest, the service worker, and word of a new release.
// Knows nothing of the app but two events: `vetted:update` tells it of a new release, `vetted:reload` asks for it.
// boot.mjs imports this some time after the start; in a site built for development it is not there.

const said = (name) => document.head.querySelector(`meta[name="${name}"]`).content;
const BASE = said('vetted-base');
const RELEASE = said('vetted-release');
const LOOK_EVERY_MS = 3_600_000;

export async function install(wanted) {
  if (!navigator.serviceWorker) return; // not in every private window
  await (wanted ? add() : remove());
}

async function add() {
  if (navigator.connection?.saveData) return; // the whole app would be loaded
  const manifest = document.createElement('link');
  manifest.rel = 'manifest';
  manifest.href = `${BASE}manifest.webmanifest`;
  document.head.append(manifest);
  const registration = await navigator.serviceWorker.register(`${BASE}sw.js`, { scope: BASE, updateViaCache: 'none' });
  watch(registration);
}

async function remove() {
  const registration = await navigator.serviceWorker.getRegistration(BASE);
  // What is registered above belongs to others.
  if (registration?.scope === new URL(BASE, location.href).href) await registration.unregister();
  const ours = (await caches.keys()).filter((name) => name.startsWith(`vetted ${BASE} `));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

function watch(registration) {
  const offer = async () => {
    // Whoever loaded the page after the release has it already.
    if (registration.waiting && (await releaseOf(registration.waiting)) !== RELEASE) {
      dispatchEvent(new CustomEvent('vetted:update'));
    }
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  addEventListener('vetted:reload', () => reload(registration.waiting));
  offer();

  const look = () => registration.update().catch(() => {}); // no connection: another time
  setInterval(look, LOOK_EVERY_MS);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
}

function releaseOf(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage('release', [port2]);
  });
}

// Another tab may have let the new release in already.
function reload(waiting) {
  if (!waiting) return location.reload();
  waiting.addEventListener('statechange', () => waiting.state === 'activated' && location.reload());
  waiting.postMessage('activate');
}
