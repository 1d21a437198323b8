// Opens the list of what is followed; says how long it took until rows were on the screen.
async () => {
  const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then, 0)));
  const link = [...document.querySelectorAll('nav a')].find((link) => link.pathname.endsWith('/requests'));
  const begun = performance.now();
  link.click();
  while (!document.querySelector('[role=table] [role=cell]')) await drawn();
  await drawn();
  return performance.now() - begun;
}
