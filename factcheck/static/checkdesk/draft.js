// The verdict form as one thing: what is in it, and which version it was read from.
import { kept } from './kept.js';

export const form = document.querySelector('[data-verdict-form]');
// What this browser keeps of it.
export const draft = kept(form.dataset.user, form.dataset.claim);
export const fields = ['statement', 'rating', 'summary', 'explanation'];

// As the server wrote the form; somebody may have typed since, before this module was here.
const given = (name) => (name === 'rating' ? [...form.elements.rating].find((radio) => radio.defaultChecked)?.value : form.elements[name]?.defaultValue) ?? '';
export const original = () => Object.fromEntries(fields.map((name) => [name, given(name)]));
export const values = () => Object.fromEntries(fields.map((name) => [name, form.elements[name]?.value ?? '']));
const lines = (text) => (text ?? '').replace(/\r\n?/g, '\n');
export const same = (a, b) => fields.every((name) => lines(a[name]) === lines(b[name]));
export const version = () => Number(form.elements.version.value);

export function fill(given, from) {
  for (const name of fields.filter((n) => n in given && n !== 'rating')) form.elements[name].value = given[name] ?? '';
  if ('rating' in given) for (const radio of form.elements.rating) radio.checked = radio.value === given.rating;
  if (from) form.elements.version.value = from;
  form.dispatchEvent(new Event('desk:filled'));
}

// What a field is called, and how its value reads: a rating by its word.
export const label = (name) => form.querySelector(`[data-name="${name}"]`)?.textContent ?? document.querySelector(`[for="${form.elements[name].id}"]`)?.textContent ?? name;
export const words = (name, value) => (name === 'rating' ? form.querySelector(`[name="rating"][value="${CSS.escape(value ?? '')}"] ~ span`)?.textContent ?? '–' : value ?? '');
