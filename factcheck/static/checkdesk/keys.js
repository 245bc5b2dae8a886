// Keyboard map: j/k in lists, g-sequences, ? help, i import, x select.
import { openDialog } from './desk.js';

let pending = 0;

// WCAG 2.1.4: single keys can be switched off in the shortcuts dialog.
const single = document.querySelector('[data-single-keys]');
if (single) {
  single.checked = localStorage.getItem('single-keys') !== 'off';
  single.addEventListener('change', () => localStorage.setItem('single-keys', single.checked ? 'on' : 'off'));
}
export const keysOn = () => !single || single.checked;
export const typing = (el) => el.closest?.('input:not([type="checkbox"],[type="radio"]), textarea, select, [contenteditable]');
export const plain = (e) => !e.metaKey && !e.ctrlKey && !e.altKey;

const items = () => [...document.querySelectorAll('[data-kbd-item]')].filter((el) => el.offsetParent);

function step(by) {
  const list = items();
  if (!list.length) return;
  // From where the focus is; else from what is open.
  const focused = list.findIndex((el) => el.contains(document.activeElement));
  const at = focused < 0 ? list.findIndex((el) => el.querySelector('[aria-current]')) : focused;
  const next = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))];
  (next.matches('a,button,[tabindex]') ? next : next.querySelector('a,button')).focus();
  next.scrollIntoView({ block: 'nearest' });
}

function go(key) {
  const link = document.querySelector(`[data-go="${key}"]`);
  if (link) location.href = link.href;
}

document.addEventListener('keydown', (e) => {
  if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); openDialog('palette'); return; }
  if (!keysOn() || e.defaultPrevented || !plain(e) || typing(e.target) || document.querySelector('dialog[open]')) return;
  const key = e.key;
  if (Date.now() < pending) { pending = 0; go(key); return; }
  if (key === 'g') pending = Date.now() + 1200;
  else if (key === 'j' || key === 'k') { e.preventDefault(); step(key === 'j' ? 1 : -1); }
  else if (key === '?') openDialog('keys-dialog');
  else if (key === 'i') { e.preventDefault(); if (!openDialog('import-dialog')) go('i'); }
  else if (key === 'x') {
    const box = document.activeElement?.closest('[data-kbd-item]')?.querySelector('input[type="checkbox"]');
    if (box) { box.checked = !box.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }
  }
});
