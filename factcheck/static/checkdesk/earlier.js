// Words of an earlier visit that never reached the server are offered again; where somebody has saved
// since, beside what they saved. Whoever writes on without deciding finds them among those set aside.
import { met, onServer } from './autosave.js';
import { setAside, showAside } from './aside.js';
import { draft, fields, fill, form, label, same, values, version, words } from './draft.js';
import { clock } from './words.js';

const { earlier, forget } = draft;
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
  if ('forget' in b.dataset) { forget(); draft.earlier = null; return; }
  const [server, now] = [onServer(), version()];
  fill(earlier.values);
  if (earlier.version !== now) met(server, now, form.dataset.savedBy);
});

function writeOn() {
  if (offer.hidden) return;
  offer.hidden = true;
  for (const name of fields) {
    const text = earlier.values[name];
    if (text && !same({ [name]: text }, { [name]: onServer()[name] })) setAside(label(name), words(name, text));
  }
}
document.addEventListener('input', (e) => { if (e.target.form === form) writeOn(); });

showAside();
// What was typed before the modules were here has been typed all the same.
if (!same(values(), onServer())) {
  writeOn();
  form.dispatchEvent(new Event('desk:filled'));
}
