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

for (const type of ['dragover', 'dragleave', 'drop']) {
  drop?.addEventListener(type, (e) => {
    e.preventDefault();
    drop.classList.toggle('on', type === 'dragover');
    if (type !== 'drop' || !e.dataTransfer.files.length) return;
    file.files = e.dataTransfer.files;
    file.dispatchEvent(new Event('change'));
  });
}
