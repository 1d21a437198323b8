// What has to be known before anything is drawn: the language and the colours that somebody has chosen on this computer, or
// else those of the browser; boot.mjs and the programs find them on <html>. And config.json, which takes a way to the server
// and back, and without which nobody can sign in. Waits for nothing.
// Told `vetted:colours` on window, it changes to the colours in the event's detail.
(() => {
  const SPOKEN = ['en', 'de', 'hu', 'pl', 'sv', 'tr'];
  const LIMIT_MS = 20_000;
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');

  function chosen(what) {
    try {
      return localStorage.getItem(`vetted.display.${what}`) ?? '';
    } catch {
      return ''; // a browser that keeps nothing
    }
  }

  const wanted = [chosen('language'), ...navigator.languages];
  const language = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((code) => SPOKEN.includes(code));
  // Where nothing fits, config.json decides.
  if (language) root.lang = language;
  else root.dataset.languageOpen = '';

  // `src/assets.rs` takes what was asked for from here, by its address.
  const base = document.head.querySelector('meta[name="vetted-base"]').content;
  const file = `${base}config.json`;
  const signal = AbortSignal.timeout?.(LIMIT_MS);
  // Joins what the head has asked for. A server that does not forbid the browser to keep it is asked again: it may be an old one.
  const config = fetch(file, { signal }).then((answer) => {
    const asked = /no-cache|no-store/.test(answer.headers.get('cache-control') ?? '');
    return asked ? answer : fetch(file, { cache: 'no-cache', signal });
  });
  config.catch(() => {}); // told by the program
  globalThis.vettedAsked = { [file]: config };

  let colours = chosen('colours');
  const paint = () => {
    const known = colours === 'light' || colours === 'dark';
    root.dataset.colours = known ? colours : dark.matches ? 'dark' : 'light';
  };
  paint();
  dark.addEventListener('change', paint);
  addEventListener('vetted:colours', (event) => {
    colours = String(event.detail);
    paint();
  });
})();
