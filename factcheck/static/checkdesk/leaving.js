// Signing out takes the drafts that this browser kept along: the next person here may be another.
document.addEventListener('submit', (e) => {
  if (!e.target.matches('[data-sign-out]')) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith('draft:')) localStorage.removeItem(key);
});
