// What has no room on the page as it stands: text cut off, a page to be scrolled sideways, targets too small to hit, and
// motion. Knows nothing of the app. Run by the tests through WebDriver, never part of the site.
//
// arguments[0]: 'text', 'targets' or 'motion'. Gives a list of what is wrong.

const SMALLEST = 24;
const TARGETS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex="0"]';

const squash = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const called = (element) => {
  const words = squash(element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent);
  return `${element.localName}${[...element.classList].map((name) => `.${name}`).join('')} “${words.slice(0, 60)}”`;
};
// A dialog makes everything below it unreachable.
const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
const page = modal ?? document.body;
const visible = (element) =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
// There for screen readers alone.
const unseen = (element) => {
  for (let one = element; one; one = one.parentElement) if (getComputedStyle(one).clipPath === 'inset(50%)') return true;
  return false;
};
const all = (selector) => [...page.querySelectorAll(selector)].filter((one) => visible(one) && !unseen(one));

function ownText(element) {
  return squash([...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join(' '));
}

function text() {
  const wrong = [];
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth > clientWidth) wrong.push(`the page is ${scrollWidth - clientWidth} pixels wider than the window`);
  for (const element of all('*')) {
    const { overflowX, overflowY } = getComputedStyle(element);
    if (!squash(element.textContent) || element.localName === 'option') continue;
    const wide = element.scrollWidth - element.clientWidth;
    const high = element.scrollHeight - element.clientHeight;
    const cuts = (overflow) => overflow === 'hidden' || overflow === 'clip';
    const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll';
    if (cuts(overflowX) && wide > 1) wrong.push(`${called(element)} is cut off by ${wide} pixels at its side`);
    if (cuts(overflowY) && high > 1) wrong.push(`${called(element)} is cut off by ${high} pixels below`);
    if (scrolls(overflowX) && wide > 1) wrong.push(`${called(element)} has to be scrolled sideways`);
    // Words that stick out of their own box lie upon others.
    if (overflowX === 'visible' && ownText(element) && element.clientWidth > 0 && wide > 1) {
      wrong.push(`${called(element)} has words that stick out by ${wide} pixels`);
    }
  }
  return wrong;
}

// WCAG 2.5.8: a link among the words of a sentence has the height of its line.
function inSentence(element) {
  if (getComputedStyle(element).display !== 'inline') return false;
  const around = squash(element.parentElement.textContent);
  return squash(around.replace(squash(element.textContent), '')).replace(/[\s.,:·]/g, '') !== '';
}

function box(element) {
  // Whoever presses the label presses the box.
  const parts = [element, ...(element.labels ?? [])].filter(visible).map((part) => part.getBoundingClientRect());
  const left = Math.min(...parts.map((part) => part.left));
  const top = Math.min(...parts.map((part) => part.top));
  const right = Math.max(...parts.map((part) => part.right));
  const bottom = Math.max(...parts.map((part) => part.bottom));
  return { left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
}

function targets() {
  const found = all(TARGETS)
    .filter((one) => !one.matches(':disabled'))
    .map((element) => ({ element, box: box(element) }));
  const isSmall = ({ box: { left, top, right, bottom } }) => right - left < SMALLEST - 0.5 || bottom - top < SMALLEST - 0.5;
  const small = found.filter(isSmall);
  // A circle of that size around it may touch neither another target nor another such circle.
  const crowded = (one) =>
    found.find((other) => {
      if (other === one || other.element.contains(one.element) || one.element.contains(other.element)) return false;
      const radius = SMALLEST / 2;
      if (isSmall(other)) return Math.hypot(other.box.x - one.box.x, other.box.y - one.box.y) < SMALLEST;
      const x = Math.max(other.box.left, Math.min(one.box.x, other.box.right));
      const y = Math.max(other.box.top, Math.min(one.box.y, other.box.bottom));
      return Math.hypot(x - one.box.x, y - one.box.y) < radius;
    });
  return small
    .filter(({ element }) => !inSentence(element))
    .map((one) => ({ ...one, other: crowded(one) }))
    .filter(({ other }) => other)
    .map(({ element, box: { left, top, right, bottom }, other }) => {
      const size = `${Math.round(right - left)} by ${Math.round(bottom - top)}`;
      return `${called(element)} is ${size} pixels, and ${called(other.element)} is too close`;
    });
}

function motion() {
  const LONGEST = 1;
  const millis = (words) =>
    Math.max(...words.split(',').map((word) => parseFloat(word) * (word.trim().endsWith('ms') ? 1 : 1000)));
  const wrong = new Set();
  for (const element of document.querySelectorAll('*')) {
    for (const part of [null, '::before', '::after']) {
      const { animationName, animationDuration, transitionDuration } = getComputedStyle(element, part);
      const where = `${called(element)}${part ?? ''}`;
      if (animationName !== 'none' && millis(animationDuration) > LONGEST) {
        wrong.add(`${where} is animated by ${animationName} for ${animationDuration}`);
      }
      if (millis(transitionDuration) > LONGEST) wrong.add(`${where} changes within ${transitionDuration}`);
    }
  }
  for (const animation of document.getAnimations()) {
    // One that began before the wish was known goes on to its end; what begins now was looked at above.
    if (animation instanceof CSSTransition) continue;
    const { duration } = animation.effect.getComputedTiming();
    if (duration > LONGEST) wrong.add(`${called(animation.effect.target)} is moving for ${duration} ms`);
  }
  return [...wrong];
}

return { text, targets, motion }[arguments[0]]();
