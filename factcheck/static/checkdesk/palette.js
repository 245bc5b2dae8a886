// Command palette: a combobox over the places there are, and a search for what was typed.
const palette = document.getElementById('palette');
const input = palette?.querySelector('input');
const options = [...(palette?.querySelectorAll('[role="option"]') ?? [])];
const shown = () => options.filter((o) => !o.hidden);

function mark(option) {
  for (const o of options) o.setAttribute('aria-selected', o === option);
  if (option) {
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  } else input.removeAttribute('aria-activedescendant');
}

// An option with data-search takes the words along; the others have to contain them.
function filter() {
  const words = input.value.trim();
  for (const o of options) {
    const look = o.querySelector('[data-words]');
    if (look) look.textContent = words;
    o.hidden = look ? !words : !words.toLowerCase().split(/\s+/).every((w) => o.textContent.toLowerCase().includes(w));
  }
  mark(shown()[0]);
}

function open(option) {
  const to = option.dataset.href;
  location.href = 'search' in option.dataset ? to + encodeURIComponent(input.value.trim()) : to;
}

input?.addEventListener('input', filter);
input?.addEventListener('keydown', (e) => {
  const list = shown();
  const at = list.findIndex((o) => o.getAttribute('aria-selected') === 'true');
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    mark(list[(at + (e.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length]);
  }
  if (e.key === 'Enter' && list[at]) open(list[at]);
});
palette?.addEventListener('click', (e) => {
  const o = e.target.closest('[role="option"]');
  if (o) open(o);
});
