// Words of an earlier visit that never reached the server are offered again; where somebody has saved
// since, beside what they saved.
import { met, onServer } from './autosave.js';
import { fill, form, same, version } from './draft.js';
import { forget, kept, showAside } from './kept.js';
import { clock } from './words.js';

const earlier = kept();
const offer = document.querySelector('[data-kept]');

if (earlier && same(earlier.values, onServer())) forget();
else if (earlier) {
  offer.hidden = false;
  offer.querySelector('[data-kept-at]').textContent = clock(earlier.at);
}

offer.addEventListener('click', (e) => {
  const b = e.target.closest('button');
  if (!b) return;
  offer.hidden = true;
  if ('forget' in b.dataset) { forget(); return; }
  const [server, now] = [onServer(), version()];
  fill(earlier.values);
  if (earlier.version !== now) met(server, now, form.dataset.savedBy);
});
showAside();
