// Runs before the first paint, so that a chosen theme never flashes the other one.
try {
  const theme = localStorage.getItem('tickwatch.theme');
  if (theme === '"dark"' || theme === '"light"') document.documentElement.dataset.theme = theme.slice(1, -1);
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
