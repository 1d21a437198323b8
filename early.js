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
  // After Back, browsers take what they have kept without asking, whatever the server wants.
  const anew = performance.getEntriesByType('navigation')[0]?.type !== 'back_forward';
  // Read to its end here: a program that comes later than the limit still has it.
  const whole = async (answer) => new Response(await answer.arrayBuffer(), answer);
  // Joins what the head has asked for. What may be an old one, or comes from elsewhere, is asked for again.
  const config = fetch(file, { signal }).then(async (answer) => {
    const current = !answer.ok || /no-cache|no-store|max-age=0\b/i.test(answer.headers.get('cache-control') ?? '');
    if (anew && current && !answer.redirected) return whole(answer);
    answer.body?.cancel();
    return whole(await fetch(file, { cache: 'no-cache', credentials: 'omit', mode: 'same-origin', signal }));
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
