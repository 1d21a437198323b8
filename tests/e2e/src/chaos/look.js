// Everything a person goes by, in one look: the address, the headings, the buttons and links, and what the page says.
// Run through WebDriver, after `locate.js` as the function `locate`.
const all = (role, level) => locate([{ role, level }], 'facts');
return {
  address: location.href,
  titles: all('heading', 1).map((one) => one.name),
  buttons: all('button').map((one) => one.name),
  links: all('link').map((one) => one.name),
  said: all('alert').concat(all('main')).map((one) => one.text)[0] ?? '',
};
