// Runs every rule of axe-core but those left out, and says what is wrong and what a person has to look at.
// Knows nothing of the app. Run by the tests through WebDriver after axe-core itself, never part of the site.
//
// arguments[0]: the rules that are left out.

const off = arguments[0];
const all = axe.getRules().map((rule) => rule.ruleId);
const unknown = off.filter((rule) => !all.includes(rule));
if (unknown.length > 0) throw new Error(`there is no rule ${unknown}`);
const rules = all.filter((rule) => !off.includes(rule));

const told = (results, certain) =>
  results.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => ({
      rule: id,
      place: node.target.flat().join(' '),
      words: `${help}: ${node.html.slice(0, 300)} ${[...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ')}`,
      certain,
    })),
  );

return axe
  .run(document, { runOnly: { type: 'rule', values: rules }, resultTypes: ['violations', 'incomplete'] })
  .then(({ violations, incomplete }) => [...told(violations, true), ...told(incomplete, false)]);
