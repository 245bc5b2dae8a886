// Number keys 1–9 choose a rating while the form has focus.
import { form } from './draft.js';
import { keysOn, plain } from './keys.js';

document.addEventListener('keydown', (e) => {
  if (!keysOn() || !plain(e) || !/^[1-9]$/.test(e.key)) return;
  if (!form.contains(e.target) || e.target.matches('textarea, input[type="text"]')) return;
  const radio = form.querySelectorAll('[name="rating"]')[e.key - 1];
  if (!radio) return;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event('input', { bubbles: true }));
});
