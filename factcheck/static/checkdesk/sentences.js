// With the article text in focus: J and K pick a sentence, Shift and arrows adjust it by a word.
// The server says where sentences are (#sentences), so both sides cut alike in every language.
import { rangeOf } from './offsets.js';
import { keysOn, plain } from './keys.js';
import { say } from './words.js';

export const spans = JSON.parse(document.getElementById('sentences')?.textContent ?? '[]');
const live = document.getElementById('flag-live');
const text = document.getElementById('text');
const sel = getSelection();
export let at = -1;

// The next step leads to the sentence at this place of the text.
export function standAt(place) {
  at = spans.findIndex(([, end]) => end > place) - 1;
}

// Back in the text, with these words of it in sight: the next step leads to the sentence behind them.
export function readOn(span) {
  document.querySelector('[data-flaggable]').focus({ preventScroll: true });
  if (!span) return;
  at = spans.findLastIndex(([start]) => start < span[1]);
  const { top } = rangeOf(...span).getBoundingClientRect();
  if (top < 60 || top > innerHeight - 60) scrollBy({ top: top - innerHeight / 3 });
}

export function choose(number) {
  at = number;
  const range = rangeOf(...spans[at]);
  sel.removeAllRanges();
  sel.addRange(range);
  const box = range.getBoundingClientRect();
  if (box.top < 120 || box.bottom > innerHeight - 40) scrollBy({ top: box.top - innerHeight / 3 });
  live.textContent = say('sentence', { at: at + 1, of: spans.length, text: range.toString() });
}

function pick(by) {
  if (spans.length) choose(Math.max(0, Math.min(spans.length - 1, at + by)));
}

// Before the list keys get to see them (true: on the way down).
document.addEventListener('keydown', (e) => {
  if (!plain(e)) return;
  const steps = spans.length && (e.key === 'j' || e.key === 'k');
  // Where nothing has focus yet, the text takes it.
  if (steps && e.target === document.body && keysOn() && !document.querySelector('dialog[open]')) text?.focus({ preventScroll: true });
  if (!document.activeElement.matches('[data-flaggable]')) return;
  if (e.key === 'j' || e.key === 'k') pick(e.key === 'j' ? 1 : -1);
  else if (e.shiftKey && e.key.startsWith('Arrow') && !sel.isCollapsed) {
    const way = { ArrowRight: 'right', ArrowLeft: 'left' }[e.key];
    if (!way) return;
    sel.modify('extend', way, 'word');
  } else if (e.key === 'Escape') sel.removeAllRanges();
  else return;
  e.preventDefault();
}, true);
