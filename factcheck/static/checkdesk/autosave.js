// Saves the draft two seconds after the last stroke, and before anything else on the page is sent. What
// cannot be saved is kept in this browser and tried again; where somebody else saved first, both are shown.
import { toast } from './desk.js';
import { draft, fields, fill, form, original, same, values, version } from './draft.js';
import { compare } from './conflict.js';
import { post } from './post.js';
import { report, saved as showSaved, problem } from './save-status.js';
import { say } from './words.js';

let saved = original();
// Sent, and not answered: it may stand on the server.
let unanswered = [];
let running = null;
let timer = 0;
let paused = false;
let passing = false;
const dirty = () => !same(values(), saved);

function touched() {
  if (!dirty()) return;
  draft.keep({ values: values(), version: version() });
  report(say('save.pending'));
  clearTimeout(timer);
  timer = setTimeout(flush, 2000);
}

async function send() {
  const sent = values();
  unanswered.push(sent);
  let answer;
  let json;
  try {
    [answer, json] = await post(form.dataset.draftUrl, form);
  } catch {
    return failed(say('save.offline'));
  }
  if (answer.ok && json.version) {
    form.elements.version.value = json.version;
    saved = sent;
    unanswered = [];
    showSaved(json);
    if (dirty()) touched(); else draft.forget();
    return true;
  }
  if (answer.status === 409 && json.current) {
    const { current } = json;
    const own = unanswered.some((each) => same(each, current));
    const late = !own && draft.earlier && same(draft.earlier.values, current);
    if (!own && !late) return met(current, current.version, current.saved_by);
    // Over one's own words nobody needs to be asked. Those that the page before saved late were never in this
    // form: they come into what was left alone in it, and whoever wrote them looks before anything is sent on.
    const alone = fields.filter((name) => same({ [name]: sent[name] }, { [name]: saved[name] }));
    saved = current;
    form.elements.version.value = current.version;
    if (!late) return await send();
    fill(Object.fromEntries(alone.map((name) => [name, current[name]])));
    if (await send()) toast(say('save.late'));
    return false;
  }
  if (answer.ok || answer.status === 401 || answer.status === 403) return failed(json.detail ?? say('save.signed_out'));
  if (answer.status >= 500) return failed(say('save.offline'));
  problem(json.errors?.map((x) => x.detail).join(' ') || json.detail || say('save.refused', { status: answer.status }));
  return false;
}

function failed(text) {
  problem(text, flush);
  clearTimeout(timer);
  timer = setTimeout(flush, 10_000);
  return false;
}

// What is in the form now and what the server has were both written from an older version.
export function met(current, number, by) {
  paused = true;
  report(say('save.paused'));
  compare({ current, by, done: (chosen) => {
    paused = false;
    saved = current;
    showSaved({ saved_at: current.saved_at });
    fill(chosen, number);
    flush();
  } });
  return false;
}
export const onServer = () => saved;

export async function flush() {
  clearTimeout(timer);
  while (running) await running;
  if (paused) { toast(say('save.paused')); return false; }
  if (!dirty()) { draft.forget(); return true; }
  running = send();
  try { return await running; } finally { running = null; }
}

document.addEventListener('input', (e) => { if (e.target.form === form) touched(); });
form.addEventListener('desk:filled', touched);
addEventListener('online', () => { if (dirty()) flush(); });
document.addEventListener('visibilitychange', () => { if (document.hidden && dirty() && !paused) flush(); });
document.addEventListener('keydown', (e) => {
  if (!(e.metaKey || e.ctrlKey) || document.querySelector('dialog[open]')) return;
  if (e.key !== 's' && !(e.key === 'Enter' && e.target.form === form)) return;
  e.preventDefault();
  form.requestSubmit(form.querySelector(e.key === 's' ? '[data-save]' : '[data-submit]'));
});
document.addEventListener('submit', async (e) => {
  const saving = e.submitter?.hasAttribute('data-save');
  if (e.defaultPrevented || passing || e.target.method !== 'post' || (!saving && !dirty() && !running)) return;
  e.preventDefault();
  const done = await flush();
  if (done && saving) toast(say('save.done'));
  if (!done || saving) return;
  passing = true;
  e.target.requestSubmit(e.submitter);
  passing = false;
});
