// Shared behaviour: colour theme, dialogs, copy buttons, toasts.
import { say } from './words.js';

const root = document.documentElement;
const themes = ['auto', 'light', 'dark'];

function showTheme() {
  const name = say(`theme.${root.dataset.theme ?? 'auto'}`);
  for (const b of document.querySelectorAll('[data-theme-toggle] .vh')) b.textContent = name;
  return name;
}

function nextTheme() {
  const theme = themes[(themes.indexOf(root.dataset.theme ?? 'auto') + 1) % 3];
  if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme;
  try { localStorage.setItem('theme', theme); } catch { /* for this page only, then */ }
  toast(showTheme());
}

// Said again, it takes the place of the same words: a pile of them would lie over what is worked on.
export function toast(text) {
  const list = document.getElementById('toasts');
  for (const old of list?.children ?? []) if (old.textContent === text) { old.remove(); break; }
  const box = document.createElement('div');
  box.className = 'toast';
  box.append(text);
  list?.append(box);
  if (list?.children.length > 3) list.firstElementChild.remove();
  setTimeout(() => box.remove(), 5000);
}

export function openDialog(id) {
  const d = document.getElementById(id);
  if (d && !d.open) d.showModal();
  return Boolean(d);
}

// A dialog that the page came without: it is in the page that the button asks for where no script runs.
async function fetchDialog(button) {
  const address = new URL(button.form.action);
  address.searchParams.set(button.name, button.value);
  try {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html');
    const dialog = page.getElementById(button.dataset.dialog);
    dialog.open = false;
    if (!document.getElementById(dialog.id)) document.body.append(dialog);
    openDialog(dialog.id);
  } catch {
    location.assign(address);
  }
}

async function copy(id) {
  const src = document.getElementById(id);
  try {
    await navigator.clipboard.writeText(src.value ?? src.textContent);
    toast(say('copied'));
  } catch {
    toast(say('copy.blocked'));
  }
}

document.addEventListener('click', (e) => {
  // A blocked button says why nearby; it does nothing else.
  if (e.target.closest?.('[aria-disabled="true"]')) { e.preventDefault(); return; }
  const t = e.target.closest?.('[data-dialog],[data-close],[data-theme-toggle],[data-copy],[data-print]');
  if (!t) return;
  if (t.dataset.dialog) {
    e.preventDefault();
    t.closest('[popover]')?.hidePopover();
    if (!openDialog(t.dataset.dialog)) fetchDialog(t);
  }
  if ('close' in t.dataset) {
    e.preventDefault();
    t.closest('dialog')?.close();
  }
  if ('themeToggle' in t.dataset) nextTheme();
  if (t.dataset.copy) copy(t.dataset.copy);
  if ('print' in t.dataset) print();
});

showTheme();

// What the server opened in the page (a form with a mistake in it) becomes a real dialog.
for (const d of document.querySelectorAll('dialog[open]')) { d.close(); d.showModal(); }

// What the server has to say is read out, as a live region is only when it changes.
for (const t of document.querySelectorAll('#toasts .toast')) { t.remove(); requestAnimationFrame(() => toast(t.textContent)); }
