// Before the first paint: the colour theme that was chosen in this browser.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off here: the theme follows the system.
}
