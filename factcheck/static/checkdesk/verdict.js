// The verdict editor: counter, formatting, citations, and the preview that the server renders.
import { form } from './draft.js';
import { say } from './words.js';

const summary = form.querySelector('[data-limit]');
const counter = form.querySelector('[data-counter]');
const body = form.querySelector('[data-explanation]');
const preview = form.querySelector('[data-preview]');

function count() {
  const max = Number(summary.dataset.limit);
  const n = [...summary.value].length;
  counter.textContent = n > max ? say('counter.over', { at: n, max, cut: n - max }) : say('counter', { at: n, max });
  counter.classList.toggle('over', n > max);
}
summary.addEventListener('input', count);
form.addEventListener('desk:filled', count);
count();

// Until somebody puts the cursor elsewhere, things are added at the end.
body.setSelectionRange(body.value.length, body.value.length);

function type(text, mode) {
  body.setRangeText(text, body.selectionStart, body.selectionEnd, mode);
  body.dispatchEvent(new Event('input', { bubbles: true }));
  body.focus();
}
const picked = () => body.value.slice(body.selectionStart, body.selectionEnd);

form.addEventListener('click', (e) => {
  const b = e.target.closest('[data-cite], [data-wrap], [data-list], [data-link], [data-mode]');
  if (!b) return;
  if (b.dataset.cite) {
    b.closest('[popover]').hidePopover();
    body.setSelectionRange(body.selectionEnd, body.selectionEnd);
    type(`${/\S$/.test(body.value.slice(0, body.selectionEnd)) ? ' ' : ''}[${b.dataset.cite}]`, 'end');
  }
  if (b.dataset.wrap) type(b.dataset.wrap + picked() + b.dataset.wrap, 'select');
  if ('list' in b.dataset) type(`\n${(picked() || say('editor.item')).split('\n').map((line) => `- ${line}`).join('\n')}\n`, 'end');
  if ('link' in b.dataset) type(`[${picked() || say('editor.link')}](https://)`, 'end');
  if (b.dataset.mode) show(b.dataset.mode);
});

async function show(mode) {
  for (const b of form.querySelectorAll('[data-mode]')) b.setAttribute('aria-pressed', b.dataset.mode === mode);
  body.hidden = mode === 'preview';
  preview.hidden = mode !== 'preview';
  if (mode !== 'preview') return;
  preview.setAttribute('aria-busy', 'true');
  const sent = new FormData();
  sent.set('text', body.value);
  sent.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value);
  try {
    const answer = await fetch(form.dataset.previewUrl, { method: 'POST', body: sent });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    preview.innerHTML = await answer.text();
    if (!preview.textContent.trim()) preview.textContent = say('preview.empty');
  } catch {
    preview.textContent = say('preview.failed');
  }
  preview.removeAttribute('aria-busy');
}

document.addEventListener('keydown', (e) => {
  if (!(e.metaKey || e.ctrlKey) || !e.shiftKey || e.key.toLowerCase() !== 'c' || !form.contains(e.target)) return;
  e.preventDefault();
  form.querySelector('[popovertarget="cite-menu"]')?.click();
});
