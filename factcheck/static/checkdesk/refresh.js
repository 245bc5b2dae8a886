// Asks the server for this page again and puts the parts marked data-refresh in place of the old ones,
// so that what is shown is what was saved, and neither place nor typing elsewhere is lost. Nor is a
// selection in the text: the old text stays while it is being made, and in the new one the same words are.
import { rangeOf, spanOf } from './offsets.js';
import { selected } from './selection.js';

let pressed = false;
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { pressed = false; }, true);

// The page as it is now; nothing where the desk does not show it, or leads elsewhere.
export async function ask(address = location.href) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

export async function show(page) {
  while (pressed) await new Promise(requestAnimationFrame);
  const range = selected();
  const span = range && spanOf(range);
  const focused = document.activeElement?.id;
  for (const old of document.querySelectorAll('[data-refresh]')) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (span) {
    getSelection().removeAllRanges();
    getSelection().addRange(rangeOf(span.start, span.end));
  }
  document.dispatchEvent(new Event('desk:layout'));
}

export async function refresh() {
  const page = await ask();
  if (page) await show(page);
  else location.reload();
}
