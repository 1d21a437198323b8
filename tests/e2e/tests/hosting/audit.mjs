// Has two independent programs judge the headers of a running site. Knows neither the headers nor the host.
//
//   node audit.mjs MODULES '{"host":"localhost","http":8080,"https":8443}'
//
// MODULES is the folder of npm packages. Prints each verdict; fails when one is bad.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, target] = process.argv.slice(2);
const { host, http, https } = JSON.parse(target);
const load = (path) => import(pathToFileURL(join(modules, path)));

const { retrieve } = await load('@mdn/mdn-http-observatory/src/retriever/retriever.js');
const { ALL_TESTS } = await load('@mdn/mdn-http-observatory/src/constants.js');
const answers = await retrieve(host, { httpPort: http, httpsPort: https });
if (!answers.responses.auto) throw new Error('the site does not answer');
const verdicts = ALL_TESTS.map((test) => test(answers));
for (const verdict of verdicts) {
  console.log(`${verdict.pass ? 'passed' : 'FAILED'}  ${verdict.constructor.name}: ${verdict.result}`);
}

const { CspParser } = (await load('csp_evaluator/dist/parser.js')).default;
const { CspEvaluator } = (await load('csp_evaluator/dist/evaluator.js')).default;
const { Finding } = (await load('csp_evaluator/dist/finding.js')).default;
const judge = (policy) => new CspEvaluator(new CspParser(policy).csp).evaluate();
// Scripts of one's own origin alone; the smaller the number, the graver.
const accepted = Finding.getHighestSeverity(judge("script-src 'self'; object-src 'none'; base-uri 'self'"));
const findings = judge(answers.responses.auto.headers['content-security-policy']);
for (const { directive, value = '', severity, description } of findings) {
  console.log(`${severity >= accepted ? 'accepted' : 'FAILED'}  ${directive} ${value}: ${description}`);
}

const bad = verdicts.filter((verdict) => !verdict.pass).length + findings.filter(({ severity }) => severity < accepted).length;
process.exit(bad || verdicts.length < 10 ? 1 : 0);
