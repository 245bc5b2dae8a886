// Turns selected words into a claim: a card in its place in the rail, where the statement is refined and sent.
import { toast } from './desk.js';
import { anchors, layout } from './align.js';
import { rangeOf, spanOf } from './offsets.js';
import { kept } from './kept.js';
import { post } from './post.js';
import { refresh } from './refresh.js';
import { readOn } from './sentences.js';
import { clock, say } from './words.js';

const template = document.getElementById('new-claim');
const words = template && kept(template.dataset.user, `article-${template.dataset.article}`);
const list = () => document.getElementById('claim-list');

function light(range) {
  if (!window.CSS?.highlights) return;
  if (range) CSS.highlights.set('flagging', new Highlight(range)); else CSS.highlights.delete('flagging');
}

export function flag(range) {
  const open = list().querySelector('.is-new');
  if (open) {
    toast(say('flag.finish'));
    open.querySelector('textarea').focus();
    return;
  }
  const span = spanOf(range);
  if (!span) return;
  const quote = span.exact.replace(/\s+/g, ' ');
  const statement = quote.charAt(0).toLocaleUpperCase() + quote.slice(1);
  const card = lay({ ...span, statement }, rangeOf(span.start, span.end));
  card.querySelector('textarea').focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}

// Puts a card with these values into its place in the rail; `shown` is where its words are in the page.
function lay(values, shown) {
  const card = template.content.firstElementChild.cloneNode(true);
  const form = card.querySelector('form');
  const { statement } = form.elements;
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
  statement.value = statement.value.slice(0, statement.maxLength);
  card.querySelector('[data-quote]').textContent = values.exact.replace(/\s+/g, ' ');
  light(shown);
  if (shown) anchors.set(card, shown);
  list().insertBefore(card, [...list().children].find((c) => Number(c.dataset.at) > Number(values.start)) ?? null);
  document.querySelector('[data-no-claims]')?.setAttribute('hidden', '');
  form.addEventListener('input', () => words.keep({ values: typed(form) }));
  form.addEventListener('submit', (e) => { e.preventDefault(); save(card, form); });
  form.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || !(e.metaKey || e.ctrlKey)) return;
    e.preventDefault();
    form.requestSubmit();
  });
  card.querySelector('[data-discard]').addEventListener('click', () => discard(card, form));
  layout();
  return card;
}

function typed(form) {
  const { csrfmiddlewaretoken, ...values } = Object.fromEntries(new FormData(form));
  return values;
}

// Words of an earlier visit that were never flagged come back where they were being written, unless they
// were flagged after all and only the answer was not heard. Those about an older text stand at no words.
function comeBack({ values, at }) {
  const plain = (text) => text.trim().replace(/\s+/g, ' ');
  const flagged = [...list().children].some((c) => c.dataset.at === values.start && plain(c.querySelector('h3').textContent) === plain(values.statement));
  if (flagged) { words.forget(); return; }
  const isOfThisText = values.revision === template.content.querySelector('[name="revision"]').value;
  const card = lay(values, isOfThisText ? rangeOf(Number(values.start), Number(values.end)) : null);
  card.querySelector('[data-kept]').hidden = false;
  card.querySelector('[data-kept-at]').textContent = clock(at);
  layout();
  toast(say('flag.kept'));
}

function discard(card, form) {
  words.forget();
  card.remove();
  light(null);
  document.querySelector('[data-no-claims]')?.removeAttribute('hidden');
  layout();
  readOn(spanIn(card, form));
}

// Where the words of a card stand in this page; null where they are of an older text.
function spanIn(card, form) {
  const { start, end } = form.elements;
  return anchors.has(card) ? [Number(start.value), Number(end.value)] : null;
}

async function save(card, form) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  complain(form, '');
  let problem;
  try {
    const [answer, json] = await post(form.action, form);
    if (answer.status === 201) { await done(json.claim, spanIn(card, form)); return; }
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

// Whoever reads on already is not called back.
async function done(claim, span) {
  words.forget();
  light(null);
  const isReading = document.activeElement.matches('[data-flaggable]');
  await refresh();
  readOn(isReading ? null : span);
  toast(say('flag.done', { number: document.querySelector(`.card[data-claim-id="${claim}"]`)?.dataset.for ?? '' }));
}

if (words?.earlier) comeBack(words.earlier);
