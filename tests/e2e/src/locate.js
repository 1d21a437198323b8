// Finds elements the way a person with a screen reader does: by role and accessible name, and says what is known of them.
// Knows nothing of the app. Run by the tests through WebDriver, never part of the site.
//
// arguments[0]: steps such as [{ role: 'article', name: 'Education' }, { role: 'link', name: 'Request again' }], each
//               looked for inside what the one before found; `starts: true` compares the beginning of the name only.
// arguments[1]: 'elements' for the elements themselves, 'facts' for what is known of them.

const ROLES = {
  alert: '[role=alert]',
  article: 'article',
  banner: 'header:not(:is(article, aside, main, nav, section, dialog) header), [role=banner]',
  button: 'button, [role=button], input[type=button], input[type=submit]',
  checkbox: 'input[type=checkbox]',
  combobox: 'select:not([multiple], [size])',
  contentinfo: 'footer:not(:is(article, aside, main, nav, section, dialog) footer), [role=contentinfo]',
  dialog: 'dialog[open], [role=dialog]',
  DisclosureTriangle: 'details > summary',
  group: 'fieldset, [role=group]',
  heading: 'h1, h2, h3, h4, h5, h6',
  link: 'a[href]',
  list: 'ul, ol',
  listitem: 'li',
  main: 'main',
  navigation: 'nav',
  option: 'option',
  radio: 'input[type=radio]',
  radiogroup: '[role=radiogroup]',
  region: 'section[aria-label], section[aria-labelledby]',
  search: 'search, [role=search]',
  searchbox: 'input[type=search]',
  status: '[role=status], output',
  textbox: 'input[type=text], input[type=url], textarea',
  time: 'time',
  table: 'table, [role=table]',
  timer: '[role=timer]',
};
const NAMED_BY_CONTENT = 'button, [role=button], a, h1, h2, h3, h4, h5, h6, option, summary';

// Direction marks and zero-width spaces are for the eye and the bidi algorithm, not for reading.
const squash = (text) => (text ?? '').replace(/[\u200b\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();

const modal = [...document.querySelectorAll('dialog:modal')].at(-1);

function perceivable(element) {
  const box = element.localName === 'option' ? element.closest('select') : element;
  if (!box.checkVisibility({ visibilityProperty: true })) return false;
  if (box.closest('[aria-hidden=true], [inert]')) return false;
  return !modal || modal.contains(box);
}

function content(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
  if (node.localName === 'option') return node.textContent;
  if (!node.checkVisibility({ visibilityProperty: true })) return '';
  const label = node.getAttribute('aria-label');
  if (label) return label;
  const text = [...node.childNodes].map(content).join('');
  return getComputedStyle(node).display === 'inline' ? text : ` ${text} `;
}

const referenced = (element, attribute) =>
  (element.getAttribute(attribute) ?? '')
    .split(/\s+/)
    .map((id) => id && document.getElementById(id))
    .filter(Boolean)
    .map((target) => target.textContent)
    .join(' ');

function name(element) {
  const given = squash(referenced(element, 'aria-labelledby')) || squash(element.getAttribute('aria-label'));
  if (given) return given;
  if (element.labels?.length) return squash([...element.labels].map(content).join(' '));
  if (element.localName === 'fieldset') return squash(element.querySelector('legend')?.textContent);
  if (element.matches(NAMED_BY_CONTENT)) return squash(content(element));
  return squash(element.getAttribute('title'));
}

function matches(element, step) {
  if (step.level && element.localName !== `h${step.level}`) return false;
  if (step.name == null) return true;
  const own = name(element);
  const wanted = squash(step.name);
  return step.starts ? own.startsWith(wanted) : own === wanted;
}

function facts(element) {
  return {
    name: name(element),
    text: squash(element.localName === 'option' ? element.textContent : element.innerText),
    value: element.value == null ? null : String(element.value),
    chosen: element.localName === 'select' ? squash(element.selectedOptions[0]?.textContent) : null,
    disabled: element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true',
    checked: element.checked === true || element.selected === true,
    focused: element === document.activeElement,
    invalid: element.getAttribute('aria-invalid') === 'true',
    description: squash(referenced(element, 'aria-describedby')),
    address: element.localName === 'a' ? element.href : null,
    moment: element.localName === 'time' ? element.dateTime : null,
    width: element.getBoundingClientRect().width,
  };
}

const [steps, ask] = arguments;
let found = [document];
for (const step of steps) {
  const selector = ROLES[step.role];
  const inside = found.flatMap((place) => [...place.querySelectorAll(selector)]);
  found = [...new Set(inside)].filter((element) => perceivable(element) && matches(element, step));
}
return ask === 'facts' ? found.map(facts) : found;
