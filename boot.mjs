// Starts the door or the app: Trusted Types policy, checks of the browser, loading of the wasm, and the panel that says why
// it failed. Knows nothing of either but the addresses that need the app, how it is seen that somebody was signed in, and two
// events, sent to window: it shows the detail of `vetted:panic`, and `vetted:installable` says whether the site is to be
// installable.

// ---- Trusted Types -------------------------------------------------------------------------------------------------
// Leptos builds static parts of a view by parsing markup that its macro wrote at compile time. That is the only HTML
// text this page ever parses, so the policy accepts the grammar of that markup and nothing else.

const TAGS = new Set(
  (
    'a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup data dd del details dfn ' +
    'dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd ' +
    'label legend li main mark menu meter nav ol optgroup option output p pre progress q s samp search section select ' +
    'small span strong sub summary sup table tbody td textarea tfoot th thead time tr u ul var wbr ' +
    'svg g path circle ellipse line polygon polyline rect symbol text title tspan use'
  ).split(' '),
);

const ATTRIBUTES = new Set(
  (
    'abbr accesskey alt autocapitalize autocomplete autocorrect autofocus checked class cols colspan datetime decoding ' +
    'dir disabled draggable enterkeyhint fetchpriority for form formnovalidate headers height hidden high id inert ' +
    'inputmode label lang list loading low max maxlength min minlength multiple name novalidate open optimum part ' +
    'pattern placeholder popover popovertarget popovertargetaction readonly required reversed role rows rowspan scope ' +
    'selected size span spellcheck start step tabindex title translate type value width wrap ' +
    'clip-rule cx cy d dx dy fill fill-opacity fill-rule focusable opacity pathlength points preserveaspectratio r rx ry ' +
    'stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity ' +
    'stroke-width text-anchor transform vector-effect version viewbox x x1 x2 xmlns y y1 y2'
  ).split(' '),
);

// A path or fragment of this site. The only character reference is &amp;, so that nothing decodes to a second slash.
const LOCAL = /^(?:#|\/(?![/\\]))(?:[^\s\\&]|&amp;)*$/;
const OUTSIDE =
  /^https:\/\/(?:partner\.microsoft\.com|www\.microsoft\.com|nonprofit\.microsoft\.com|admin\.microsoft\.com|aka\.ms|learn\.microsoft\.com)(?:[/?#](?:[^\s\\&]|&amp;)*)?$/;

const local = (tag, value) => LOCAL.test(value);
const word = (...words) => (tag, value) => words.includes(value);

// Attributes whose value matters.
const CHECKED = new Map([
  ['href', (tag, value) => (tag === 'a' || tag === 'use') && (LOCAL.test(value) || (tag === 'a' && OUTSIDE.test(value)))],
  ['xlink:href', (tag, value) => tag === 'use' && LOCAL.test(value)],
  ['src', local],
  ['method', word('dialog')],
  ['rel', (tag, value) => /^[a-z]+(?: [a-z]+)*$/.test(value)],
  ['target', word('_blank', '_self')],
]);

const PIECE =
  /<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s*\/?>|<!(?:--[^<>-]*--)?>|[^<>]+/y;
const ATTRIBUTE = /\s+([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"<>]*)")?/g;

function attributeAllowed(tag, name, value) {
  const check = CHECKED.get(name);
  if (check) return check(tag, value);
  return ATTRIBUTES.has(name) || /^(?:aria-[a-z]+|data-[a-z0-9-]+)$/.test(name);
}

function markupAllowed(text) {
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const piece = PIECE.exec(text);
    if (!piece) return false;
    const tag = piece[1] ?? piece[2];
    if (tag && !TAGS.has(tag)) return false;
    for (const [, name, value = ''] of (piece[3] ?? '').matchAll(ATTRIBUTE)) {
      if (!attributeAllowed(tag, name.toLowerCase(), value)) return false;
    }
  }
  return true;
}

const saidBase = () => document.head.querySelector('meta[name="vetted-base"]').content;

globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (markupAllowed(text) ? text : null),
  createScriptURL: (address) => (address === `${saidBase()}sw.js` ? address : null),
});

// ---- The shell -----------------------------------------------------------------------------------------------------

const NOTE_AFTER_MS = 5_000;
const FAIL_AFTER_MS = 20_000;

const loading = document.getElementById('loading');
const failure = document.getElementById('failure');
const part = (id) => failure.querySelector(`#${id}`);
const title = document.title;
let shown = '';

// One <main> at a time: the panel waits outside the document.
failure.remove();
let again = () => location.reload();
part('failure-reload').addEventListener('click', () => again());

function fail(reason, details = '') {
  // The first cause is the useful one; only "late" may be replaced by what really happened.
  if (shown && shown !== 'late') return;
  shown = reason;
  // Later, because a panic reports itself while the app is still on the stack, and removing what it drew would call it.
  queueMicrotask(() => show(reason, details));
}

function show(reason, details) {
  for (const text of failure.querySelectorAll('[data-reason]')) text.hidden = text.dataset.reason !== reason;
  part('failure-message').textContent = details;
  part('failure-details').hidden = !details;
  part('failure-details').open = reason === 'panic';
  failure.hidden = false;
  entitle();
  translate();
  // A start that is merely late may yet succeed and then needs its page; what a dead app drew answers to nobody.
  if (reason === 'late') loading.replaceWith(failure);
  else document.body.replaceChildren(failure);
  failure.focus();
}

const entitle = () => {
  document.title = `${failure.querySelector(`[data-reason="${shown}"] h1`).textContent} · Vetted`;
};

// The words of the page itself, once somebody reads them, in the language that early.js has put on it. They are English
// until then, and say so.
async function translate() {
  const texts = textsOf(app);
  if (!texts) return;
  for (const page of [loading, failure]) page.lang = 'en';
  try {
    // In each line a key, a space, and the text.
    const lines = (await (await fetched(texts, 'low')).text()).split('\n');
    const words = Object.fromEntries(lines.map((line) => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]));
    for (const page of [loading, failure]) {
      for (const part of page.querySelectorAll('[data-text]')) part.textContent = words[part.dataset.text];
      page.lang = document.documentElement.lang;
    }
    if (shown) entitle();
  } catch {
    // English can be read.
  }
}

// A program draws nothing until it knows what there is to see: until then this page stands, and no flash of another.
function drawn() {
  return new Promise((then) => {
    const look = () => {
      if (!document.body.querySelector(':scope > .banner')) return;
      observer.disconnect();
      then();
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true });
    look();
  });
}

function started() {
  const hadFocus = loading.contains(document.activeElement);
  loading.remove();
  // To the door's own Sign in, or to the heading of what came in its place.
  if (hadFocus) (document.querySelector('main .sign-in .button') ?? document.querySelector('main h1'))?.focus();
  if (shown !== 'late') return;
  shown = '';
  failure.remove();
  document.title = title;
}

// ---- Sign in -------------------------------------------------------------------------------------------------------

// It stands on this page already, where the door will have it. A press is kept until the door takes it (`src/entrance.rs`).
function offerSignIn() {
  const button = loading.querySelector('.button');
  // Only what comes into a region that is there is read out.
  const status = loading.querySelector('[role="status"]');
  const words = [...status.childNodes];
  status.replaceChildren();
  loading.querySelector('.sign-in').hidden = false;
  button.addEventListener('click', () => {
    globalThis.vettedPressed = true;
    button.setAttribute('aria-disabled', 'true');
    status.replaceChildren(...words);
  });
}

// Who was signed in in this tab is signed in again without a question (`src/auth/flow.rs`).
function wasSignedIn() {
  try {
    return sessionStorage.getItem('vetted.auth.hint') !== null;
  } catch {
    return false; // the door tells what is wrong
  }
}

// ---- Faults of the app ---------------------------------------------------------------------------------------------

addEventListener('vetted:panic', (event) => fail('panic', String(event.detail ?? '')));

// A trap without a panic (stack overflow, out of memory) leaves the app just as dead.
const trapped = (error) => {
  if (error instanceof WebAssembly.RuntimeError) fail('panic', `${error.message}\n${error.stack ?? ''}`);
};
addEventListener('error', (event) => trapped(event.error));
addEventListener('unhandledrejection', (event) => trapped(event.reason));

// ---- Installing ----------------------------------------------------------------------------------------------------

const INSTALL_AFTER_MS = 2_000;

// Long after the start has been paid for. A site built for development has no such module.
async function install(wanted) {
  const link = document.head.querySelector('link[rel="vetted-install"]');
  if (!link) return;
  link.rel = 'modulepreload'; // the import refuses bytes that do not match its integrity value
  try {
    const module = await import(link.href);
    await module.install(wanted);
  } catch (error) {
    console.info(`The app cannot be installed now: ${error}`); // it works all the same
  }
}

addEventListener('vetted:installable', (event) => setTimeout(install, INSTALL_AFTER_MS, event.detail === true));

// ---- Start ---------------------------------------------------------------------------------------------------------

function modernEnough() {
  return (
    typeof WebAssembly === 'object' &&
    typeof WebAssembly.instantiateStreaming === 'function' &&
    'popover' in HTMLElement.prototype &&
    'inert' in HTMLElement.prototype &&
    typeof HTMLDialogElement === 'function' &&
    typeof AbortSignal?.timeout === 'function' &&
    typeof Intl?.PluralRules === 'function' &&
    typeof Intl?.ListFormat === 'function' &&
    CSS.supports('color', 'color-mix(in srgb, red, blue)')
  );
}

// Whoever is not signed in sees the door: a fraction of the app, so that it opens at once. The app starts where the
// authority sends people back to, and where it helps those who cannot get in.
const base = saidBase();
const isCallback = location.pathname === `${base}auth/callback`;
const needsApp = isCallback || /\/diagnostics\/?$/.test(location.pathname);

// What a sign-in has brought back is out of the address and the history before anything is waited for. The app takes it
// from here (`src/auth/browser.rs`); should that not come about, Reload begins anew with it.
if (isCallback && (location.search || location.hash)) {
  const { href, search, hash } = location;
  globalThis.vettedAnswer = { search, hash };
  history.replaceState(null, '', location.pathname);
  again = () => {
    history.replaceState(null, '', href);
    location.reload();
  };
}

// The links to a program's glue and wasm. The browser loads what the head links, which is the door.
const app = document.getElementById('app').content;
const glueOf = (program) => program.querySelector('link[rel="modulepreload"]');
const wasmOf = (program) => program.querySelector('link[rel="preload"][type="application/wasm"]');
// Those of the language that early.js has put on the page; none for English, which the programs know.
const textsOf = (program) =>
  document.head.querySelector(
    `link[rel="${program === app ? 'vetted-texts' : 'vetted-door-texts'}"][hreflang="${document.documentElement.lang}"]`,
  );

// fetch() refuses bytes that do not match the integrity value; a preload link alone would only warn.
function fetched(link, priority) {
  return fetch(link.getAttribute('href'), { integrity: link.integrity, credentials: 'same-origin', priority });
}

// The look of what only the app has. A site built for development links all of it in the head.
function style() {
  const links = [...app.querySelectorAll('link[rel="stylesheet"]')].map((link) => document.importNode(link));
  document.head.append(...links);
  const came = (link) =>
    new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = () => reject(new Error(link.href));
    });
  return Promise.all(links.map(came));
}

async function start(program) {
  const texts = textsOf(program);
  if (texts) {
    const asked = fetched(texts, 'high');
    asked.catch(() => {}); // the program speaks English then
    globalThis.vettedAsked[texts.getAttribute('href')] = asked;
  }
  const glue = glueOf(program);
  // The import joins this load, and so is held to its integrity value as well.
  if (program === app) document.head.append(document.importNode(glue));
  const styled = program === app ? style() : Promise.resolve();
  styled.catch(() => {}); // told below, like the next
  const bytes = fetched(wasmOf(program), 'high');
  bytes.catch(() => {}); // told below, also when the glue fails first
  const { default: init } = await import(glue.getAttribute('href'));
  await styled;
  await init({ module_or_path: bytes });
  again = () => location.reload(); // what a sign-in has brought back is used up now
}

// While somebody signs in, the app arrives in the browser's cache.
async function fetchApp() {
  if (needsApp || navigator.connection?.saveData) return;
  try {
    for (const link of app.querySelectorAll('link')) await (await fetched(link, 'low')).arrayBuffer();
  } catch {
    // It is asked for again when it is needed.
  }
}

if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
  fail('insecure');
} else if (!modernEnough()) {
  fail('browser', navigator.userAgent);
} else {
  const note = setTimeout(() => {
    loading.classList.add('shell-is-late');
    translate();
  }, NOTE_AFTER_MS);
  const limit = setTimeout(() => fail('late'), FAIL_AFTER_MS);
  if (!needsApp && !wasSignedIn()) offerSignIn();
  try {
    await start(needsApp ? app : document.head);
    await drawn();
    started();
    (globalThis.requestIdleCallback ?? setTimeout)(fetchApp);
  } catch (error) {
    fail('load', String(error));
  } finally {
    clearTimeout(note);
    clearTimeout(limit);
  }
}
