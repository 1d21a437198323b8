// What a visit looks like from inside the page: when it paints, what moves, what blocks, when a button answers a click.
// Knows no site: only the name of the button. The bench runs it in every document before the document's own scripts.
({ press, button }) => {
  if (self !== top) return;
  const seen = { paint: null, largest: null, what: '', moved: 0, movedAfterInput: 0, culprits: [], longTasks: [], pressed: null, left: null };
  let changed = 0;
  const change = () => (changed = performance.now());
  const observe = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  const described = (node) => `${node?.localName ?? '?'} "${(node?.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
  observe('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') seen.paint = entry.startTime;
  });
  observe('largest-contentful-paint', (entry) => {
    seen.largest = entry.startTime;
    seen.what = described(entry.element);
    change();
  });
  observe('layout-shift', (entry) => {
    seen[entry.hadRecentInput ? 'movedAfterInput' : 'moved'] += entry.value;
    if (entry.hadRecentInput) return;
    for (const { node, previousRect: before, currentRect: after } of entry.sources) {
      const by = `by ${Math.round(after.x - before.x)}, ${Math.round(after.y - before.y)}`;
      seen.culprits.push({ who: `${described(node)} ${by}`, did: 'moved', amount: entry.value });
    }
  });
  observe('longtask', (entry) => seen.longTasks.push({ start: entry.startTime, took: entry.duration }));
  // Who ran in a long frame: scripts of the page by their invokers; nobody when it was the browser or the driver.
  observe('long-animation-frame', (entry) => {
    for (const { invoker, duration } of entry.scripts)
      if (duration > 25) seen.culprits.push({ who: invoker.replace(location.origin, ''), did: 'ran ms', amount: duration });
  });
  observe('resource', change);
  new MutationObserver(change).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  // ---- The memory of WebAssembly -------------------------------------------------------------------------------------
  const memories = new Set();
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...words) => {
      const made = await original.apply(WebAssembly, words);
      for (const part of Object.values((made.instance ?? made).exports)) if (part instanceof WebAssembly.Memory) memories.add(part);
      return made;
    };
  }

  // ---- The button ----------------------------------------------------------------------------------------------------
  // A click is heard when a listener for clicks runs during it. Whether it was also answered shows when the page leaves.
  let clicking = false;
  let heard = false;
  if (press) {
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const listeners = new WeakMap();
    const listening = (listener) => {
      if (!listeners.has(listener))
        listeners.set(listener, function (event) {
          // Who listens to the whole page hears every click, and answers for no button.
          heard ||= clicking && this !== globalThis && this !== document;
          return typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event);
        });
      return listeners.get(listener);
    };
    const known = (type, listener) => (type === 'click' && listener ? listening(listener) : listener);
    EventTarget.prototype.addEventListener = function (type, listener, ...rest) {
      return addEventListener.call(this, type, known(type, listener), ...rest);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, ...rest) {
      return removeEventListener.call(this, type, known(type, listener), ...rest);
    };
  }

  const theButton = () => {
    const named = [...document.querySelectorAll('button, a, [role=button]')].filter(
      (one) => one.innerText.trim().toLowerCase() === button.toLowerCase(),
    );
    return named.find((one) => one.checkVisibility());
  };

  // How often the button is pressed, and how long a press that was heard may take to lead away before it is repeated.
  const EVERY = 8;
  const GRACE = 3_000;
  const answered = new Promise((resolve) => {
    if (!press) return;
    let last = null;
    navigation.addEventListener('navigate', (event) => {
      if (event.destination.sameDocument || last === null) return;
      // Staying keeps what has been measured.
      event.preventDefault();
      seen.pressed ??= last;
      seen.left = performance.now();
      clearInterval(presses);
      resolve();
    });
    const presses = setInterval(() => {
      if (seen.pressed !== null) {
        if (performance.now() - seen.pressed < GRACE) return;
        seen.pressed = null;
      }
      const target = theButton();
      if (!target) return;
      last = performance.now();
      heard = false;
      clicking = true;
      target.click();
      clicking = false;
      if (heard) seen.pressed = last;
    }, EVERY);
  });

  // ---- What the bench asks -------------------------------------------------------------------------------------------
  // After the frame: what it shows is on screen once the task that follows it runs.
  const afterFrame = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    });

  const QUIET = 600;
  const settled = () =>
    new Promise((resolve) => {
      const look = setInterval(() => {
        if (document.readyState !== 'complete' || !theButton() || performance.now() - changed < QUIET) return;
        clearInterval(look);
        // What has been drawn is told of after it has been shown.
        afterFrame(() => afterFrame(resolve));
      }, 100);
    });

  const resources = () =>
    performance.getEntriesByType('resource').map(({ name, startTime, responseEnd }) => ({ name, start: startTime, end: responseEnd }));

  globalThis.visit = {
    answered: () => answered,
    settled,
    report: () => ({ ...seen, resources: resources() }),
    // What has happened since the last question.
    news() {
      const { moved, movedAfterInput, culprits, longTasks } = seen;
      Object.assign(seen, { moved: 0, movedAfterInput: 0, culprits: [], longTasks: [] });
      return { moved, movedAfterInput, culprits, longTasks };
    },
    // Waits for the next Enter, and from there until something is on screen.
    expect(selector) {
      visit.shown = new Promise((resolve) => {
        let pressed;
        const look = () => {
          if (pressed === undefined || !document.querySelector(selector)) return;
          watch.disconnect();
          const drawn = performance.now();
          afterFrame(() => {
            const calls = performance
              .getEntriesByType('resource')
              .filter((entry) => entry.startTime >= pressed)
              .map(({ name, startTime, responseEnd }) => ({ name, start: startTime - pressed, end: responseEnd - pressed }));
            resolve({ drawn: drawn - pressed, shown: performance.now() - pressed, calls });
          });
        };
        const watch = new MutationObserver(look);
        watch.observe(document, { subtree: true, childList: true });
        // A driver presses a key in two steps; a form is sent at the second, and a keyboard has them at the same moment.
        addEventListener('keypress', (event) => (pressed = event.timeStamp), { capture: true, once: true });
      });
    },
    wasmPages: () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength / 65_536, 0),
  };
}
