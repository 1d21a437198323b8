// Scrolls to the end of the page, frame by frame.
async () => {
  const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then, 0)));
  const end = () => document.documentElement.scrollHeight - innerHeight - scrollY;
  while (end() > 1) {
    scrollBy(0, 300);
    await drawn();
  }
}
