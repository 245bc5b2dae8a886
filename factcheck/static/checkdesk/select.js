// Selecting in the article, by mouse, touch or keyboard, opens a popover: flag it, copy it. F flags.
import { flag } from './flag.js';
import { toast } from './desk.js';
import { keysOn, plain, typing } from './keys.js';
import { selected, wordsIn } from './selection.js';
import { say } from './words.js';

const pop = document.getElementById('flag-pop');
const touch = matchMedia('(pointer: coarse)');
const sel = getSelection();
let dragging = false;
let pressing = false;

// What is selected, or was when the popover was pressed.
let held = null;
export const chosen = () => selected() ?? held;

function hide() {
  if (!pressing && pop.matches(':popover-open')) pop.hidePopover();
}

// Above the words; below them on a touch screen, where the system puts its own menu above.
function place() {
  const range = selected();
  if (!range || dragging) { hide(); return; }
  pop.querySelector('[data-count]').textContent = say('words', { n: wordsIn(range) });
  if (!pop.matches(':popover-open')) pop.showPopover();
  const box = range.getBoundingClientRect();
  const above = box.top - pop.offsetHeight - 8;
  const below = Math.max(8, Math.min(box.bottom + (touch.matches ? 24 : 8), innerHeight - pop.offsetHeight - 8));
  const left = box.left + box.width / 2 - pop.offsetWidth / 2;
  pop.style.top = `${above > 56 && !touch.matches ? above : below}px`;
  pop.style.left = `${Math.max(8, Math.min(left, innerWidth - pop.offsetWidth - 8))}px`;
}

function act(name, range) {
  if (!range) return;
  if (name === 'copy') {
    navigator.clipboard?.writeText(range.toString());
    toast(say('copied'));
    return;
  }
  sel.removeAllRanges();
  hide();
  flag(range);
}

if (pop) {
  // A press on the popover must not cost the selection, which some browsers drop before the click.
  pop.addEventListener('pointerdown', (e) => {
    e.preventDefault();
    pressing = true;
    held = selected();
  });
  pop.addEventListener('click', (e) => {
    pressing = false;
    const button = e.target.closest('[data-act]');
    if (button) act(button.dataset.act, chosen());
  });
  document.addEventListener('pointerdown', (e) => { dragging = e.pointerType === 'mouse' && Boolean(e.target.closest('[data-flaggable]')); });
  for (const type of ['pointerup', 'pointercancel']) {
    addEventListener(type, () => { dragging = false; setTimeout(() => { pressing = false; place(); }); });
  }
  document.addEventListener('selectionchange', place);
  addEventListener('scroll', () => { if (pop.matches(':popover-open')) place(); }, { passive: true });
  document.addEventListener('keydown', (e) => {
    if (!keysOn() || e.key !== 'f' || !plain(e) || typing(e.target) || !selected()) return;
    e.preventDefault();
    act('flag', selected());
  });
}
