// What a release says about itself: release.json against the files, the bill of materials against its schema and against
// the licence list, _headers against the names. Knows nothing of how they are made. Run by `cargo xtask test`:
// VETTED_DIST is the built site, VETTED_MODULES the folder of the packages named in package.json.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const site = process.env.VETTED_DIST;
const require = createRequire(join(process.env.VETTED_MODULES, 'x'));
const { Spec, Validation } = require('@cyclonedx/cyclonedx-library');
const licence = require('spdx-expression-parse');

const read = (name) => readFileSync(join(site, name));
const files = readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(site.length).replaceAll('\\', '/').replace(/^\/+/, ''));
const release = JSON.parse(read('release.json'));
const bill = JSON.parse(read('sbom.cdx.json'));

// ---- release.json --------------------------------------------------------------------------------------------------

// What is wrong with a list of digests: files that are not listed, listed files that differ or are not there.
const wrongIn = (digests) => {
  const own = (name) => name.startsWith('release.json');
  const listed = Object.keys(digests);
  const unlisted = files.filter((name) => !own(name) && !listed.includes(name));
  const sha256 = (name) => createHash('sha256').update(read(name)).digest('hex');
  const other = listed.filter((name) => !files.includes(name) || digests[name] !== sha256(name));
  return [...unlisted, ...other];
};

test('lists every file of the release with its digest, in order', () => {
  assert.deepEqual(wrongIn(release.sha256), []);
  const listed = Object.keys(release.sha256);
  assert.deepEqual(listed, [...listed].sort());
  assert.ok(listed.includes('index.html') && listed.includes('_headers'));
});

test('a file that was changed, added or taken away would be noticed', () => {
  const { ['index.html']: page, ...rest } = release.sha256;
  assert.deepEqual(wrongIn(rest), ['index.html']);
  assert.deepEqual(wrongIn({ ...rest, 'index.html': page.replace(/./, 'x') }), ['index.html']);
  assert.deepEqual(wrongIn({ ...release.sha256, 'gone.js': page }), ['gone.js']);
});

test('names the version, and the commit or that it is unknown', () => {
  assert.match(release.version, /^\d+\.\d+\.\d+$/);
  assert.ok(release.commit === null || /^[0-9a-f]{40,64}$/.test(release.commit), release.commit);
});

// ---- The bill of materials -----------------------------------------------------------------------------------------

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const mistakes = (document) => validator.validate(JSON.stringify(document));

test('the bill of materials is valid CycloneDX', async () => {
  assert.equal(await mistakes(bill), null);
});

test('a bill with a mistake is refused', async () => {
  const [first, ...others] = bill.components;
  for (const wrong of [
    { ...bill, bomFormat: 'another' },
    { ...bill, components: [{ ...first, type: 'thing' }, ...others] },
    { ...bill, components: [{ ...first, hashes: [{ alg: 'SHA-256', content: 'short' }] }, ...others] },
    { ...bill, components: [first, first] },
    { ...bill, author: 'somebody' },
  ]) {
    assert.notEqual(await mistakes(wrong), null);
  }
});

test('the bill holds what the licence list holds, each part with licence and digest', () => {
  const list = read('THIRD-PARTY.txt').toString().split('='.repeat(80))[0];
  const listed = [...list.matchAll(/^([\w-]+ \d\S+): \S.*$/gm)].map(([, part]) => part);
  assert.ok(listed.length > 50, 'the licence list is read');
  assert.deepEqual(bill.components.map(({ name, version }) => `${name} ${version}`).sort(), listed.sort());
  const bare = bill.components.filter((part) => !part.licenses?.length || !part.hashes?.length);
  assert.deepEqual(bare.map(({ name }) => name), []);
});

test('licences are written in the language of SPDX', () => {
  for (const part of bill.components) {
    for (const { expression } of part.licenses) assert.doesNotThrow(() => licence(expression), `${part.name}: ${expression}`);
  }
  assert.throws(() => licence('MIT/Apache-2.0'));
});

test('who uses what is said of every part, and leads from the app to all of them', () => {
  const uses = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set();
  const next = [bill.metadata.component['bom-ref']];
  while (next.length) {
    const ref = next.pop();
    if (reached.has(ref)) continue;
    reached.add(ref);
    next.push(...uses.get(ref));
  }
  assert.deepEqual(bill.components.map((part) => part['bom-ref']).filter((ref) => !reached.has(ref)), []);
});

// ---- _headers ------------------------------------------------------------------------------------------------------

const cached = new Map(
  [...read('_headers').toString().matchAll(/^(\/\S*)\n {2}Cache-Control: (.+)$/gm)].map(([, path, value]) => [path, value]),
);
const isCompressed = (name) => /\.(?:br|gz)$/.test(name);

test('only names that follow the bytes are cached for good, and every other file is asked for anew', () => {
  const base = [...cached.keys()].find((path) => path.endsWith('/'));
  const served = files.filter((name) => !isCompressed(name) && name !== '_headers');
  for (const name of served) {
    const digest = createHash('sha256').update(read(name)).digest('hex').slice(0, 16);
    const expected = name.includes(`-${digest}.`) ? 'public, max-age=31536000, immutable' : 'no-cache';
    assert.equal(cached.get(base + name), expected, name);
  }
  assert.equal(cached.get(base), 'no-cache');
  assert.equal(cached.get(`${base}config.json`), 'no-cache');
  assert.ok([...cached.values()].some((value) => value.includes('immutable')));
});

test('every file that gains by it is there compressed as well', () => {
  const text = files.filter((name) => /\.(?:html|m?js|css|wasm|svg|json|txt|webmanifest)$/.test(name));
  const bare = text.filter((name) => !files.includes(`${name}.br`) || !files.includes(`${name}.gz`));
  assert.deepEqual(bare, []);
  assert.ok(text.includes('index.html'));
});
