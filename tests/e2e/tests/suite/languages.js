// What on the page does not follow its language, or has no room: called with nothing, gives a list of complaints.
// Texts of the app stand in brackets in the languages of these tests; what comes from elsewhere is marked as such, or is the
// name of a customer, of which there is a list.
const names = new Set(arguments[0]);
const FOREIGN = 'script, style, noscript, template, svg, [lang]:not(html), bdi, code, kbd, time, textarea, option, .brand';
const complaints = [];
const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const where = (element) => {
  const path = [];
  for (let at = element; at && at !== document.body && path.length < 4; at = at.parentElement) {
    path.unshift(at.tagName.toLowerCase() + (at.id ? `#${at.id}` : at.classList[0] ? `.${at.classList[0]}` : ''));
  }
  return path.join(' > ');
};

const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const text = node.data.trim();
  const own = node.parentElement;
  if (!/\p{L}/u.test(text) || !visible(own) || own.closest(FOREIGN) || names.has(text)) continue;
  if (!/[[\]]/.test(text)) complaints.push(`${where(own)}: "${text.slice(0, 60)}" is in no other language`);
}
for (const element of document.querySelectorAll('[aria-label]')) {
  const name = element.getAttribute('aria-label');
  const foreign = [...element.querySelectorAll('bdi')].some((one) => one.textContent === name);
  if (visible(element) && !foreign && !name.includes('[')) complaints.push(`${where(element)}: named "${name}"`);
}

const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) complaints.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
for (const element of document.querySelectorAll('body *')) {
  const style = getComputedStyle(element);
  const cuts = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
  // A field is as wide as it is, whatever is typed.
  if (!cuts || element.matches('input') || !visible(element) || style.clipPath !== 'none' || style.textOverflow === 'ellipsis') continue;
  if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) {
    complaints.push(`${where(element)}: "${element.textContent.trim().slice(0, 40)}" is cut off`);
  }
}
return complaints;
