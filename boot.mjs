// Starts the app: Trusted Types policy, checks of the browser, loading of the wasm, and the panel that says why it failed.
// Knows nothing of the app but one event: it shows the detail of `vetted:panic`, sent to window by the app's panic hook.

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

globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (markupAllowed(text) ? text : null),
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
part('failure-reload').addEventListener('click', () => location.reload());

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
  document.title = `${failure.querySelector(`[data-reason="${reason}"] h1`).textContent} · Vetted`;
  // A start that is merely late may yet succeed and then needs its page; what a dead app drew answers to nobody.
  if (reason === 'late') loading.replaceWith(failure);
  else document.body.replaceChildren(failure);
  failure.focus();
}

function started() {
  loading.remove();
  if (shown !== 'late') return;
  shown = '';
  failure.remove();
  document.title = title;
}

// ---- Faults of the app ---------------------------------------------------------------------------------------------

addEventListener('vetted:panic', (event) => fail('panic', String(event.detail ?? '')));

// A trap without a panic (stack overflow, out of memory) leaves the app just as dead.
const trapped = (error) => {
  if (error instanceof WebAssembly.RuntimeError) fail('panic', `${error.message}\n${error.stack ?? ''}`);
};
addEventListener('error', (event) => trapped(event.error));
addEventListener('unhandledrejection', (event) => trapped(event.reason));

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

async function start() {
  const glue = document.head.querySelector('link[rel="modulepreload"]');
  const wasm = document.head.querySelector('link[rel="preload"][as="fetch"]');
  const app = await import(glue.href);
  // fetch() refuses bytes that do not match the integrity value; a preload link alone would only warn.
  const bytes = fetch(wasm.href, { integrity: wasm.integrity, credentials: 'same-origin' });
  await app.default({ module_or_path: bytes });
}

if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
  fail('insecure');
} else if (!modernEnough()) {
  fail('browser', navigator.userAgent);
} else {
  const note = setTimeout(() => loading.classList.add('shell-is-late'), NOTE_AFTER_MS);
  const limit = setTimeout(() => fail('late'), FAIL_AFTER_MS);
  try {
    await start();
    started();
  } catch (error) {
    fail('load', String(error));
  } finally {
    clearTimeout(note);
    clearTimeout(limit);
  }
}
