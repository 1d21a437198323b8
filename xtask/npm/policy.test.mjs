// The Trusted Types policy of boot.mjs: what it lets through, what not, and that it lets through all the markup that the
// built app holds. Knows nothing of the app. Run by `cargo xtask test`: VETTED_DIST is the built site.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const site = process.env.VETTED_DIST;

// There is no page here: boot.mjs makes the policy first, then stops for want of one.
let policy;
globalThis.trustedTypes = {
  createPolicy: (name, rules) => {
    assert.equal(name, 'default');
    policy = rules;
  },
};
const boot = pathToFileURL(join(site, readdirSync(site).find((name) => /^boot-[0-9a-f]{16}\.mjs$/.test(name))));
await assert.rejects(import(boot), /document/);
const allowed = (markup) => policy.createHTML(markup) === markup;

const ACCEPTED = [
  '<p class="a">1 &lt; 2 &amp; 3</p>',
  '<p title="a &quot;b&quot; &gt; c"></p>',
  '<br><hr/><input type="text" disabled>',
  '<a href="#main">x</a>',
  '<a href="/customers" target="_blank" rel="noopener noreferrer">x</a>',
  '<a href="https://learn.microsoft.com/partner-center/?a=1&amp;b=2">x</a>',
  '<a href="https://aka.ms/x">x</a>',
  '<svg viewBox="0 0 16 16" aria-hidden="true"><use href="/icons.svg#ok"></use><use xlink:href="#ok"></use></svg>',
  '<form method="dialog" novalidate><button formnovalidate popovertarget="help">x</button></form>',
  '<search><input type="search" enterkeyhint="search" autocapitalize="none" spellcheck="false"></search>',
  '<dialog><bdi>x</bdi><mark>x</mark><menu popover inert></menu></dialog>',
  'text alone',
  '<!>',
  '',
];

const REFUSED = [
  '<script>1</script>',
  '<img src="x" onerror="f()">',
  '<img src=x>',
  '<img src="https://learn.microsoft.com/x.png">',
  '<p style="color:red">',
  '<p onclick="f()">',
  "<p class='a'>",
  '<a href="javascript:f()">x</a>',
  '<a href="data:text/html,x">x</a>',
  '<a href="https://evil.example/">x</a>',
  '<a href="https://learn.microsoft.com.evil.example/">x</a>',
  '<a href="https://learn.microsoft.com@evil.example/">x</a>',
  '<a href="http://learn.microsoft.com/">x</a>',
  '<a href="//evil.example">x</a>',
  '<a href="/\\evil.example">x</a>',
  '<a href="/&#x2f;evil.example">x</a>',
  '<a href="/&sol;evil.example">x</a>',
  '<a href="/\tx">x</a>',
  '<a href="/x" ping="/y">x</a>',
  '<a href="/x" target="frame">x</a>',
  '<base href="/x">',
  '<button formaction="/x">',
  '<embed src="/x">',
  '<form action="/x">',
  '<form method="post">',
  '<iframe src="/x"></iframe>',
  '<link rel="stylesheet" href="/x">',
  '<math><mi></mi></math>',
  '<meta http-equiv="refresh" content="0">',
  '<object data="/x"></object>',
  '<style></style>',
  '<template></template>',
  '<svg onload="f()"></svg>',
  '<svg><a xlink:href="/x"></a></svg>',
  '<svg><animate attributeName="href"></animate></svg>',
  '<svg><foreignObject></foreignObject></svg>',
  '<svg><script href="/x.js"></script></svg>',
  '<svg><use href="https://learn.microsoft.com/x.svg#a"></use></svg>',
  '<p <b>',
  '<p title="<">',
  '1 < 2',
  '<!--x--!><img src=x>',
  '<!doctype html>',
  '<![CDATA[x]]>',
];

test('accepts what Leptos writes', () => {
  assert.deepEqual(ACCEPTED.filter((markup) => !allowed(markup)), []);
});

test('refuses everything else', () => {
  assert.deepEqual(REFUSED.filter(allowed), []);
});

// A tag of the wrong kind would break the page only where it is shown, so look at all of them in the binary. Other
// strings hold angle brackets too (`Option<u8>`), hence the names of elements.
const ELEMENTS =
  /^(?:a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|blockquote|br|button|canvas|caption|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|math|menu|meta|meter|nav|noscript|object|ol|optgroup|option|output|p|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot|small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|u|ul|var|video|wbr|g|path|circle|ellipse|line|polygon|polyline|rect|symbol|text|tspan|use|defs|mask|filter|image|pattern)$/;
const TAG = /<([a-z][a-z0-9]*)((?:\s[^<>\p{Cc}]*)?)>/gu;

test('accepts every tag that the wasm of the door and of the app holds', () => {
  const tags = ['door', 'vetted'].flatMap((program) => {
    const name = readdirSync(site).find((file) => new RegExp(`^${program}-[0-9a-f]{16}\\.wasm$`).test(file));
    const binary = readFileSync(join(site, name)).toString('latin1');
    return [...binary.matchAll(TAG)].filter(([, element]) => ELEMENTS.test(element)).map(([tag]) => tag);
  });
  assert.notEqual(tags.length, 0, 'the app has static markup; if none is found, this test looks in the wrong place');
  assert.deepEqual([...new Set(tags)].filter((tag) => !allowed(tag)), []);
});

test('lets the page register the service worker of its own site and make no other script', () => {
  const head = { querySelector: () => ({ content: '/vetted/' }) };
  globalThis.document = { head };
  const made = (address) => policy.createScriptURL(address) === address;
  assert.ok(made('/vetted/sw.js'));
  const others = ['/sw.js', 'sw.js', '/vetted/sw.js?x', '/vetted/x/../sw.js', '//evil.example/vetted/sw.js', 'data:text/javascript,f()', ''];
  assert.deepEqual(others.filter(made), []);
  assert.equal(policy.createScript, undefined);
});
