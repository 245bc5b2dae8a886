// Passages of a changed article: open one, decide it (1–4), undo (U), choose another place by selecting words.
// Without it they open by their links and are decided by plain forms; only choosing needs it.
import './shell.js';
import { keysOn, plain, typing } from './keys.js';
import { rangeOf, spanOf } from './offsets.js';
import { selected, wordsIn } from './selection.js';
import { standAt } from './sentences.js';
import { say } from './words.js';

const panels = [...document.querySelectorAll('.recon-panel')];
const whole = document.getElementById('whole-text');
const sel = getSelection();
// By the address, as the page shows it: when this begins, nothing may be the target yet.
const open = () => panels.find((p) => `#${p.id}` === location.hash) ?? panels.find((p) => p.matches('.is-default'));
const choosing = () => panels.find((p) => p.hasAttribute('data-picking'));
let chosen = null;
let pressing = false;

function mark() {
  for (const row of document.querySelectorAll('.recon-list [data-for]')) {
    const link = row.querySelector('a');
    if (row.dataset.for === open()?.id) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
}

function land() {
  mark();
  if (location.hash) open()?.focus();
}

// The whole new text in place of the excerpt, at the place that was proposed.
function pick(panel, on) {
  const excerpt = panel.querySelector('[data-near]');
  const place = Number(excerpt.dataset.near);
  panel.toggleAttribute('data-picking', on);
  panel.querySelector('[data-pick-start]').setAttribute('aria-pressed', on);
  panel.querySelector('[data-pick-bar]').hidden = !on;
  excerpt.hidden = on;
  whole.hidden = !on;
  hold(null);
  sel.removeAllRanges();
  if (!on) { panel.querySelector('[data-pick-start]').focus(); return; }
  excerpt.after(whole);
  standAt(place);
  whole.focus({ preventScroll: true });
  scrollBy({ top: rangeOf(place, place + 1).getBoundingClientRect().top - innerHeight / 3, behavior: 'instant' });
}

function hold(range) {
  chosen = range;
  const panel = choosing();
  if (!panel) return;
  panel.querySelector('[data-pick-count]').textContent = range ? say('words', { n: wordsIn(range) }) : say('pick.none');
  panel.querySelector('[data-pick-use]').setAttribute('aria-disabled', !range);
}

function use(panel) {
  const span = chosen && spanOf(chosen);
  if (!span) return;
  const send = panel.querySelector('[data-pick-send]');
  send.form.elements.start.value = span.start;
  send.form.elements.end.value = span.end;
  send.form.requestSubmit(send);
}

document.addEventListener('selectionchange', () => {
  if (choosing() && !pressing) hold(selected());
});
// A press on the bar must not cost the selection, which some browsers drop before the click.
document.addEventListener('pointerdown', (e) => {
  pressing = Boolean(e.target.closest('[data-pick-bar]'));
  if (pressing) e.preventDefault();
});

document.addEventListener('click', (e) => {
  pressing = false;
  const button = e.target.closest('button');
  const panel = button?.closest('.recon-panel');
  if (!panel || button.getAttribute('aria-disabled') === 'true') return;
  if ('pickStart' in button.dataset) pick(panel, !panel.hasAttribute('data-picking'));
  else if ('pickStop' in button.dataset) pick(panel, false);
  else if ('pickUse' in button.dataset) use(panel);
});

whole?.addEventListener('keydown', (e) => {
  if (e.key === 'Enter' && plain(e)) {
    hold(selected()); // the browser tells of a changed selection only later
    use(choosing());
  } else if (e.key === 'Escape' && sel.isCollapsed) pick(choosing(), false);
});

document.addEventListener('keydown', (e) => {
  if (!keysOn() || !plain(e) || e.repeat || typing(e.target) || document.querySelector('dialog[open]')) return;
  const panel = open();
  if (e.key === 'u') panel?.querySelector('[data-undo]')?.click();
  else if (/^[1-4]$/.test(e.key)) panel?.querySelectorAll('[data-choices] .recon-btns kbd')[e.key - 1]?.parentElement.click();
});

addEventListener('hashchange', () => {
  const panel = choosing();
  if (panel && panel !== open()) pick(panel, false);
  land();
});
land();
