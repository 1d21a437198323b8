// Has html-validate judge the markup of pages, by its standard rules. Knows nothing of the app.
//
//   node validate.mjs MODULES < pages.json
//
// MODULES is the folder of npm packages; pages.json is a list such as [{ "state": "lookup", "html": "<!doctype html>…" }].
// Prints a list of what is wrong.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { text } from 'node:stream/consumers';

const [modules] = process.argv.slice(2);
const { HtmlValidate, StaticConfigLoader } = await import(
  pathToFileURL(join(modules, 'html-validate/dist/esm/index.js'))
);
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ['html-validate:standard'] }));

const wrong = [];
for (const { state, html } of JSON.parse(await text(process.stdin))) {
  const lines = html.split('\n');
  for (const { messages } of (await validator.validateString(html)).results) {
    for (const { ruleId, message, selector, line, column } of messages) {
      const source = lines[line - 1].slice(Math.max(0, column - 40), column + 120);
      wrong.push({ state, rule: ruleId, place: selector ?? '', words: `${message}: …${source}…` });
    }
  }
}
console.log(JSON.stringify(wrong));
