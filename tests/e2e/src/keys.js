// What a person without a mouse sees of the focus once a key was pressed: that it is somewhere, in sight, and marked.
// Knows nothing of the app. Run by the tests through WebDriver, never part of the site.
//
// arguments[0]: the key, as far as it matters: 'Tab', 'Shift+Tab' or nothing.
// arguments[1]: whether the browser brings what gets the focus into sight as a whole, and a page that was left for the browser's
// own window and entered again has the focus. Firefox does neither, the second under WebDriver alone; there it shows no mark.
// Gives { at, wrong }: what has the focus, and what is wrong with that.

const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]';
// What a page begins with takes the focus to be read from there, and is no control.
const BEGINNINGS = 'h1, main';

const [key, asWhole] = arguments;
const active = document.activeElement;
const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
const watch = (window.keysWatch ??= { now: null, before: null });

const squash = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
function called(element) {
  const words = element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent;
  return `${element.localName}${element.id && `#${element.id}`} “${squash(words).slice(0, 60)}”`;
}

function outline(element) {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  return outlineStyle === 'none' || parseFloat(outlineWidth) === 0 ? '' : outlineColor + outlineWidth;
}

// A line of a list may be marked as a whole for the link in it.
function mark(element) {
  const { boxShadow } = getComputedStyle(element);
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  return [...around.map(outline), boxShadow === 'none' ? '' : boxShadow].join('/');
}

function isCovered(element) {
  const own = [element, ...(element.labels ?? [])];
  const inSight = [...element.getClientRects()].flatMap(({ left, right, top, bottom }) => [
    [(left + right) / 2, (top + bottom) / 2],
    [left + 2, top + 2],
    [right - 2, top + 2],
    [left + 2, bottom - 2],
    [right - 2, bottom - 2],
  ]);
  return !inSight.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit && own.some((one) => one.contains(hit));
  });
}

// As a whole where it can be; at 400 % zoom a part will do, as WCAG 2.4.11 has it.
function isOutside(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const aPartWillDo = !asWhole || innerHeight < 400;
  const least = (from, to, room) => (to - from > room || aPartWillDo ? Math.min(8, to - from) : to - from - 1);
  const fits = (from, to, room) => Math.min(to, room) - Math.max(from, 0) >= least(from, to, room);
  return !fits(left, right, document.documentElement.clientWidth) || !fits(top, bottom, innerHeight);
}

// Beyond the last stop, and before the first, the focus is in the browser's own window.
function mayHaveLeft(from) {
  const stops = [...(modal ?? document).querySelectorAll(STOPS)].filter(
    (one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility({ visibilityProperty: true }),
  );
  return from === (key === 'Tab' ? stops.at(-1) : key === 'Shift+Tab' ? stops[0] : undefined);
}

const nowhere = !active || active === document.body || active === document.documentElement;
if (nowhere) {
  const from = watch.now?.element;
  if (from && !mayHaveLeft(from)) {
    return { at: 'nothing', wrong: [`the focus has fallen off the page; before it was on ${called(from)}`] };
  }
  watch.now = watch.before = null;
  return { at: 'nothing', wrong: [] };
}
if (watch.now?.element !== active) watch.before = watch.now;
watch.now = { element: active, mark: mark(active) };

const wrong = [];
const { before } = watch;
if (!active.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || !active.getClientRects().length) {
  wrong.push('is not visible');
} else if (active.matches(BEGINNINGS) && scrollY === 0) {
  // As every page is after loading, however small the window.
} else if (isOutside(active)) {
  wrong.push('is not inside the window');
} else if (isCovered(active)) {
  wrong.push('is covered by something else');
}
if (modal && !modal.contains(active)) wrong.push('is below a dialog');
if (active.tabIndex > 0) wrong.push('has an order of its own');
const shows = asWhole || document.hasFocus();
if (shows && !active.matches(BEGINNINGS) && /^\/*$/.test(watch.now.mark)) wrong.push('has no mark of the focus');
const lost = shows && before && before.element !== active && before.element.isConnected && !before.element.matches(BEGINNINGS);
if (lost && before.element.checkVisibility() && before.mark === mark(before.element)) {
  wrong.push(`is marked as ${called(before.element)} still is, which had the focus before`);
}
return { at: called(active), wrong: wrong.map((words) => `${called(active)} ${words}`) };
