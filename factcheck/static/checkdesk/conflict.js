// Two people wrote at once: both drafts side by side, field by field. Nothing is sent before somebody
// has chosen, and what was not taken of one's own words is set aside, not thrown away.
import { openDialog } from './desk.js';
import { fields, label, same, values, words } from './draft.js';
import { mark } from './diff.js';
import { setAside } from './aside.js';
import { say } from './words.js';

const dialog = document.getElementById('compare-dialog');
const banner = document.querySelector('[data-conflict]');
let last = null;

export function compare(given) {
  last = given;
  banner.hidden = false;
  banner.querySelector('[data-by]').textContent = say('conflict.by', { name: given.by ?? say('conflict.somebody') });
  show();
}

// Drawn anew each time it opens: whoever decides later may go on writing until then.
function show() {
  const { current, by } = last;
  const mine = values();
  last.differ = fields.filter((name) => !same({ [name]: current[name] }, { [name]: mine[name] }));
  if (!last.differ.length) { settle({}); return; }
  dialog.querySelector('[data-fields]').replaceChildren(...last.differ.map((name) => field(name, current, mine, by)));
  openDialog('compare-dialog');
}

function settle(chosen) {
  banner.hidden = true;
  last.done(chosen);
}

function field(name, current, mine, by) {
  const box = dialog.querySelector('template').content.firstElementChild.cloneNode(true);
  const [theirs, yours] = [words(name, current[name]), words(name, mine[name])];
  box.querySelector('legend').textContent = label(name);
  box.querySelector('[data-who]').textContent = by ?? say('conflict.somebody');
  mark(box.querySelector('[data-theirs]'), theirs, yours, 'ins');
  mark(box.querySelector('[data-mine]'), yours, theirs, 'ins');
  for (const radio of box.querySelectorAll('input')) radio.name = `choice-${name}`;
  return box;
}

banner.addEventListener('click', (e) => { if (e.target.closest('button')) show(); });
dialog.querySelector('form').addEventListener('submit', () => {
  const mine = values();
  const chosen = {};
  for (const name of last.differ) {
    if (dialog.querySelector(`[name="choice-${name}"]:checked`).value === 'mine') continue;
    chosen[name] = last.current[name] ?? '';
    if (mine[name]) setAside(label(name), words(name, mine[name]));
  }
  settle(chosen);
});
