// Words that the server has not confirmed stay in this browser, for this person and this claim, until it
// has; and so do words that were set aside when two drafts met.
import { form, version } from './draft.js';

const key = `draft:${form.dataset.user}:${form.dataset.claim}`;

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}
function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* full or switched off: the form still has the words */ }
}

// What an earlier visit left, read before this one keeps anything.
export const earlier = read(key);
export const keep = (values) => write(key, { values, version: version(), at: new Date().toISOString() });
export const forget = () => localStorage.removeItem(key);

export function showAside() {
  const box = document.querySelector('[data-aside]');
  const list = read(`${key}:aside`) ?? [];
  box.hidden = !list.length;
  box.querySelector('ul').replaceChildren(...list.map(({ label, text }) => {
    const item = document.createElement('li');
    const name = document.createElement('b');
    const words = document.createElement('p');
    name.textContent = label;
    words.textContent = text;
    words.className = 'serif';
    item.append(name, words);
    return item;
  }));
}

export function setAside(label, text) {
  write(`${key}:aside`, [...(read(`${key}:aside`) ?? []), { label, text }]);
  showAside();
}

document.querySelector('[data-aside-forget]')?.addEventListener('click', () => {
  localStorage.removeItem(`${key}:aside`);
  showAside();
});
