// The articles list: the import dialog. Progress is polled by htmx.
import './shell.js';
import './filters.js';
import { openDialog } from './desk.js';

const file = document.getElementById('import-file');
const name = document.querySelector('[data-file-name]');
const drop = document.querySelector('.dropzone');

// From a failed import into the right part of the form, with what is known of the article.
document.addEventListener('click', (e) => {
  const b = e.target.closest('[data-import-tab]');
  if (!b || !openDialog('import-dialog')) return;
  e.preventDefault();
  document.getElementById(b.dataset.importTab).checked = true;
  const address = document.getElementById('import-canonical');
  if (b.dataset.url && address) address.value = b.dataset.url;
});

file?.addEventListener('change', () => { name.textContent = [...file.files].map((f) => f.name).join(', '); });

// What came in well leaves the list within the hour by itself; until then it can be put away in this tab.
const away = () => JSON.parse(sessionStorage.getItem('put-away') ?? '[]');
const putAway = () => { for (const id of away()) document.getElementById(id)?.remove(); };

document.addEventListener('click', (e) => {
  const id = e.target.closest('[data-put-away]')?.dataset.putAway;
  if (!id) return;
  sessionStorage.setItem('put-away', JSON.stringify([...away(), id]));
  putAway();
  (document.querySelector('[data-put-away]') ?? document.getElementById('main')).focus();
});
putAway();

for (const type of ['dragover', 'dragleave', 'drop']) {
  drop?.addEventListener(type, (e) => {
    e.preventDefault();
    drop.classList.toggle('on', type === 'dragover');
    if (type !== 'drop' || !e.dataTransfer.files.length) return;
    file.files = e.dataTransfer.files;
    file.dispatchEvent(new Event('change'));
  });
}
