// Asks the server for this page again and puts the parts marked data-refresh in place of the old ones,
// so that what is shown is what was saved, and neither place nor typing elsewhere is lost.
export async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) { location.reload(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const old of document.querySelectorAll('[data-refresh]')) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }
  document.dispatchEvent(new Event('desk:layout'));
}
