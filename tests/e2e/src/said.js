// Writes down what the live regions of the page say from now on, and whether each was there before it said it.
// Knows nothing of the app. Run by the tests through WebDriver, never part of the site.

const LIVE = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off]), output';
const there = new Set(document.querySelectorAll(LIVE));
// Saying the same again is made to differ by characters that nobody hears.
const squash = (text) => text.replace(/[\u200b\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();

window.said?.observer.disconnect();
const heard = [];
const observer = new MutationObserver((changes) => {
  const spoke = new Set();
  for (const { target, addedNodes } of changes) {
    const around = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    const region = around?.closest(LIVE);
    if (region) spoke.add(region);
    for (const added of addedNodes) {
      if (added.nodeType !== Node.ELEMENT_NODE) continue;
      if (added.matches(LIVE)) spoke.add(added);
      for (const inside of added.querySelectorAll(LIVE)) spoke.add(inside);
    }
  }
  for (const region of spoke) {
    const words = squash(region.textContent);
    if (region.isConnected && words) heard.push({ words, inTime: there.has(region) });
    if (region.isConnected) there.add(region);
  }
});
observer.observe(document, { subtree: true, childList: true, characterData: true });
window.said = { observer, heard };
