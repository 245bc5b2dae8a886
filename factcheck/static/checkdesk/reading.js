// Reading: U leads to the next sentence that nobody has decided about; O, C, N and R say of the selected
// ones why they are no claims, Backspace takes that back. The buttons send the same form.
import { toast } from './desk.js';
import { keysOn, plain, typing } from './keys.js';
import { spanOf } from './offsets.js';
import { post } from './post.js';
import { chosen } from './select.js';
import { selected } from './selection.js';
import { at, choose, spans } from './sentences.js';
import { say } from './words.js';

const kinds = { o: 'opinion', c: 'common_knowledge', n: 'not_checkable', r: 'read', Backspace: 'clear', Delete: 'clear' };
const form = document.getElementById('mark-form');
const isUnread = ([start]) => document.getElementById(`s${start}`)?.matches(':not([data-mark])');
let sending = Promise.resolve();

function nextUnread() {
  const range = selected(1);
  const from = range ? spanOf(range)?.start ?? 0 : spans[at]?.[0] ?? -1;
  const behind = spans.findIndex((span) => span[0] > from && isUnread(span));
  const next = behind < 0 ? spans.findIndex(isUnread) : behind;
  if (next < 0) { toast(say('marked.none')); return; }
  document.querySelector('[data-flaggable]').focus({ preventScroll: true });
  choose(next);
}

// One after the other, so that what is shown at the end is what was saved last.
function send({ start, end }, kind) {
  sending = sending.then(() => mark({ start, end }, kind)).catch(() => toast(say('marked.failed')));
}

async function mark(span, kind) {
  for (const [name, value] of Object.entries({ ...span, kind })) form.elements[name].value = value;
  const [answer, json] = await post(form.action, form);
  if (!answer.ok) { toast(json.errors?.map((each) => each.detail).join(' ') || json.detail || say('marked.failed')); return; }
  for (const [start] of json.sentences) show(document.getElementById(`s${start}`), json);
  for (const [name, html] of Object.entries(json.parts)) put(name, html);
  const said = document.getElementById('coverage').textContent.trim().replace(/\s+/g, ' ');
  toast(say('marked', { label: json.label || say('marked.cleared'), said }));
  press();
}

function show(sentence, { kind, label }) {
  if (!sentence) return; // a claim stands in it
  if (kind) Object.assign(sentence.dataset, { mark: kind, label });
  else for (const name of ['mark', 'label']) delete sentence.dataset[name];
}

function put(name, html) {
  const old = document.getElementById(name);
  const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById(name);
  const list = fresh.querySelector('details');
  if (list) list.open = old.querySelector('details')?.open ?? false;
  const focused = old.contains(document.activeElement);
  old.replaceWith(document.adoptNode(fresh));
  if (focused) (fresh.querySelector('button') ?? document.querySelector('[data-flaggable]')).focus();
}

// In the popover the button of the mark that the selected sentence has is pressed.
function press() {
  const at = getSelection().anchorNode?.parentElement?.closest('.sen')?.dataset.mark;
  for (const button of form.querySelectorAll('[aria-pressed]')) button.setAttribute('aria-pressed', button.value === at);
}

if (form) {
  document.addEventListener('selectionchange', press);
  document.addEventListener('submit', (e) => {
    if (!e.target.matches('[data-mark-form]')) return;
    e.preventDefault();
    const { start, end } = e.target.elements;
    const range = e.target === form && chosen();
    const span = e.target === form ? range && spanOf(range) : { start: start.value, end: end.value };
    if (span) send(span, e.submitter.value);
  });
  document.addEventListener('keydown', (e) => {
    if (!keysOn() || e.defaultPrevented || !plain(e) || e.shiftKey || typing(e.target) || document.querySelector('dialog[open]')) return;
    if (e.key === 'u') { e.preventDefault(); nextUnread(); return; }
    const range = kinds[e.key] && selected(1);
    const span = range && spanOf(range);
    if (!span) return;
    e.preventDefault();
    send(span, kinds[e.key]);
  });
}
