// Places each claim card level with its passage, without overlaps, and lights up passage and card
// together. Without this module cards simply stack in order.
const wide = matchMedia('(min-width: 60rem)');
let active = null;

// Where a card belongs that has no passage in the page yet.
export const anchors = new WeakMap();
const marks = (n) => document.querySelectorAll(`.hl[data-claim="${n}"]`);

export function layout() {
  const list = document.querySelector('[data-align]');
  if (!list) return;
  const cards = [...list.children];
  for (const c of cards) c.style.marginBlockStart = '';
  if (!wide.matches || !list.offsetParent) return;
  const top = list.getBoundingClientRect().top;
  const gap = 8;
  const want = cards.map((c) => {
    const m = anchors.get(c) ?? marks(c.dataset.for)[0];
    return m ? m.getBoundingClientRect().top - top - 6 : 0;
  });
  const size = cards.map((c) => c.offsetHeight);
  // The active card gets its exact place; the ones before it give way upwards.
  const pin = cards.findIndex((c) => anchors.has(c) || c.dataset.for === active);
  if (pin > 0) {
    let room = Math.max(want[pin], 0);
    for (let i = pin - 1; i >= 0; i--) {
      want[i] = Math.min(want[i], room - size[i] - gap);
      room = want[i];
    }
  }
  let end = 0;
  cards.forEach((c, i) => {
    const at = Math.max(want[i], i ? end + gap : 0);
    c.style.marginBlockStart = `${at - end}px`;
    end = at + size[i];
  });
}

function light(n, on) {
  for (const m of marks(n)) m.classList.toggle('on', on);
  document.getElementById(`c${n}`)?.classList.toggle('on', on);
}

for (const type of ['pointerover', 'focusin', 'pointerout', 'focusout']) {
  document.addEventListener(type, (e) => {
    const el = e.target.closest?.('[data-for], .hl[data-claim], .ref');
    const n = el?.dataset.for ?? el?.dataset.claim ?? el?.hash?.slice(2);
    if (n) light(n, type === 'pointerover' || type === 'focusin');
  });
}

// Choosing a passage brings its card level with it.
document.addEventListener('click', (e) => {
  const el = e.target.closest?.('[data-flaggable] :is(.hl[data-claim], .ref)');
  if (!el || String(getSelection()).trim()) return;
  active = el.dataset.claim ?? el.hash.slice(2);
  layout();
});

addEventListener('resize', layout);
document.addEventListener('desk:layout', layout);
// What arrives or opens above the text moves it.
document.addEventListener('htmx:afterSettle', layout);
document.addEventListener('toggle', layout, true);
document.fonts.ready.then(layout);
layout();
