// Looks customers up, one after another, as fast as the page allows: every second by its ID, the others by their name.
// Knows what a person knows of the app: one field to search in, links to the results, cards on a customer's page.
async (from, count, customers) => {
  const LIMIT = 20_000;
  const appears = (what, find) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (!found) return;
        watch.disconnect();
        clearTimeout(limit);
        resolve(found);
      };
      const watch = new MutationObserver(look);
      const limit = setTimeout(() => {
        watch.disconnect();
        reject(new Error(`not there: ${what}`));
      }, LIMIT);
      watch.observe(document, { subtree: true, childList: true, characterData: true });
      look();
    });
  const field = () => appears('the field', () => document.querySelector('main input[type=search]'));
  for (let turn = from; turn < from + count; turn += 1) {
    const { id, name } = customers[turn % customers.length];
    const search = await field();
    search.value = turn % 2 ? id : name;
    search.dispatchEvent(new Event('input', { bubbles: true }));
    search.form.requestSubmit();
    if (turn % 2 === 0) {
      const result = () => [...document.querySelectorAll('main a')].find((link) => link.textContent.includes(name));
      (await appears(name, result)).click();
    }
    await appears(`the cards of ${name}`, () => location.pathname.includes(id) && document.querySelector('main article'));
    history.back();
  }
  await field();
  return true;
}
