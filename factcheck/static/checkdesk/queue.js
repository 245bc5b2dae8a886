// The review queue: filters, and its selection: all, shift-click ranges, count, A / P / Esc.
import './shell.js';
import './filters.js';
import { keysOn, plain, typing } from './keys.js';
import { say } from './words.js';

const form = document.querySelector('[data-queue]');
const all = form?.querySelector('[data-all]');
const boxes = [...(form?.querySelectorAll('tbody input[type="checkbox"]') ?? [])];
let last = null;

function count() {
  const n = boxes.filter((b) => b.checked).length;
  form.querySelector('[data-count]').textContent = say('selected', { n });
  all.checked = n > 0 && n === boxes.length;
  all.indeterminate = n > 0 && n < boxes.length;
}

function clear() {
  for (const b of boxes) b.checked = false;
  count();
}

if (boxes.length) {
  all.addEventListener('change', () => { for (const b of boxes) b.checked = all.checked; count(); });
  form.addEventListener('change', count);
  form.addEventListener('click', (e) => {
    if (e.target.closest('[data-clear]')) clear();
    const i = boxes.indexOf(e.target);
    if (i < 0) return;
    if (e.shiftKey && last !== null) {
      for (let k = Math.min(i, last); k <= Math.max(i, last); k++) boxes[k].checked = e.target.checked;
    }
    last = i;
    count();
  });
  document.addEventListener('keydown', (e) => {
    if (!keysOn() || !plain(e) || typing(e.target)) return;
    if (!boxes.some((b) => b.checked) || document.querySelector('dialog[open], [popover]:popover-open')) return;
    const menu = { a: 'b-assign', p: 'b-prio' }[e.key];
    if (menu) {
      form.querySelector(`[popovertarget="${menu}"]`).click();
      form.querySelector(`#${menu} button`).focus();
    }
    else if (e.key === 'Escape') clear();
    else return;
    e.preventDefault();
  });
  count();
}
