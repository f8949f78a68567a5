// Runs before the first paint. The page's own choice of a theme holds here too; without one, the system's.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen;
  try {
    chosen = localStorage.getItem('tickwatch.theme');
  } catch {
    // Storage may be forbidden.
  }
  const paint = () => {
    const dark = chosen === '"dark"' || (chosen !== '"light"' && system.matches);
    document.documentElement.classList.toggle('dark-mode', dark);
  };
  system.addEventListener('change', paint);
  paint();
})();
