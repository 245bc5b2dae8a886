// Where the form says how its saving goes: a quiet line while it works, an alert where it does not.
import { clock, say } from './words.js';

const line = document.querySelector('[data-save-status]');
const banner = document.querySelector('[data-save-problem]');
const missing = document.querySelector('[data-blockers]');
let retry = null;

export function report(text) {
  line.textContent = text;
  banner.hidden = true;
}

export function saved({ saved_at: at, blockers }) {
  report(say('save.saved', { time: clock(at ?? new Date().toISOString()) }));
  if (!blockers || !missing) return;
  missing.hidden = !blockers.length;
  missing.querySelector('ul').replaceChildren(...blockers.map(({ detail }) => {
    const item = document.createElement('li');
    item.textContent = detail;
    return item;
  }));
}

export function problem(text, again = null) {
  retry = again;
  line.textContent = say('save.not');
  banner.querySelector('p').textContent = text;
  banner.querySelector('.actions').hidden = !again;
  banner.hidden = false;
}

banner?.addEventListener('click', (e) => { if (e.target.closest('button')) retry?.(); });
