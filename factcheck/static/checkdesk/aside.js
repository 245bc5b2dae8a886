// Words of a verdict that were set aside when two drafts met: shown below the form until thrown away.
import { draft } from './draft.js';
import { read, write } from './kept.js';

const key = `${draft.name}:aside`;

export function showAside() {
  const box = document.querySelector('[data-aside]');
  const list = read(key) ?? [];
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
  write(key, [...(read(key) ?? []), { label, text }]);
  showAside();
}

document.querySelector('[data-aside-forget]')?.addEventListener('click', () => {
  localStorage.removeItem(key);
  showAside();
});
