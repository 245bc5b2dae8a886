// Turns selected words into a claim: a card in its place in the rail, where the statement is refined and sent.
import { toast } from './desk.js';
import { anchors, layout } from './align.js';
import { rangeOf, spanOf } from './offsets.js';
import { post } from './post.js';
import { refresh } from './refresh.js';
import { say } from './words.js';

function light(range) {
  if (!window.CSS?.highlights) return;
  if (range) CSS.highlights.set('flagging', new Highlight(range)); else CSS.highlights.delete('flagging');
}

export function flag(range) {
  const list = document.getElementById('claim-list');
  const open = list.querySelector('.is-new');
  if (open) {
    toast(say('flag.finish'));
    open.querySelector('textarea').focus();
    return;
  }
  const span = spanOf(range);
  if (!span) return;
  const shown = rangeOf(span.start, span.end);
  const card = document.getElementById('new-claim').content.firstElementChild.cloneNode(true);
  const form = card.querySelector('form');
  for (const [name, value] of Object.entries(span)) form.elements[name].value = value;
  const quote = span.exact.replace(/\s+/g, ' ');
  const { statement } = form.elements;
  statement.value = (quote.charAt(0).toLocaleUpperCase() + quote.slice(1)).slice(0, statement.maxLength);
  card.querySelector('[data-quote]').textContent = quote;
  light(shown);
  anchors.set(card, shown);
  list.insertBefore(card, [...list.children].find((c) => Number(c.dataset.at) > span.start) ?? null);
  document.querySelector('[data-no-claims]')?.setAttribute('hidden', '');
  form.addEventListener('submit', (e) => { e.preventDefault(); save(card, form); });
  card.querySelector('[data-discard]').addEventListener('click', () => discard(card));
  layout();
  form.elements.statement.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}

function discard(card) {
  const range = anchors.get(card);
  card.remove();
  light(null);
  document.querySelector('[data-no-claims]')?.removeAttribute('hidden');
  layout();
  const text = document.querySelector('[data-flaggable]');
  text.focus({ preventScroll: true });
  const top = range.getBoundingClientRect().top;
  if (top < 60 || top > innerHeight - 60) scrollBy({ top: top - innerHeight / 3 });
}

async function save(card, form) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  complain(form, '');
  let problem;
  try {
    const [answer, json] = await post(form.action, form);
    if (answer.status === 201) { await done(json.claim); return; }
    problem = json.errors?.map((x) => x.detail).join(' ') || json.detail || say('flag.refused', { status: answer.status });
  } catch {
    problem = say('flag.offline');
  }
  button.removeAttribute('aria-disabled');
  complain(form, problem);
  layout();
  form.elements.statement.focus();
}

// Said in the card, beside the words it is about; those stay as they were typed.
function complain(form, text) {
  const box = form.querySelector('[data-error]');
  box.hidden = !text;
  box.querySelector('span').textContent = text;
}

async function done(claim) {
  light(null);
  await refresh();
  document.querySelector(`.card[data-claim-id="${claim}"] h3 a`)?.focus();
  toast(say('flag.done'));
}
