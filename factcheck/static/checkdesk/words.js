// What modules say to people. The words stand in the page (#words), translated with it.
const box = document.getElementById('words');
const plural = new Intl.PluralRules(document.documentElement.lang || 'en');
const find = (key) => box?.content.querySelector(`[data-word="${key}"]`)?.textContent;

// With a number `n` the form for that number is taken: "words.one", "words.other".
export function say(key, values = {}) {
  const text = ('n' in values && (find(`${key}.${plural.select(values.n)}`) ?? find(`${key}.other`))) || find(key) || key;
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// In the desk's own zone, as every other time on the page.
const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: document.documentElement.dataset.zone };
export const clock = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang || 'en', form);
