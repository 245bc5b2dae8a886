// Marks in one text the words that another does not have in the same order.
export function mark(target, text, other, tag) {
  const cut = (t) => t.match(/\s+|[^\s]+/g) ?? [];
  const [a, b] = [cut(text), cut(other)];
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [was, now] = [a, b].map((words) => words.slice(head, words.length - tail));
  // Too much of it is better marked than nothing: what differs is that long in drafts of two people alone.
  const same = was.length * now.length < 4e6 ? common(was, now) : new Set();
  const kept = { has: (i) => i < head || i >= a.length - tail || same.has(i - head) };
  const out = [];
  for (let i = 0; i < a.length;) {
    let end = i + 1;
    if (kept.has(i)) { out.push(a[i]); i = end; continue; }
    while (end < a.length && !kept.has(end)) end++;
    const el = document.createElement(tag);
    el.textContent = a.slice(i, end).join('');
    out.push(el);
    i = end;
  }
  target.replaceChildren(...out);
}

// The places in `a` of a longest common subsequence of both.
function common(a, b) {
  const best = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i][j] = a[i] === b[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  }
  const kept = new Set();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) { kept.add(i); i++; j++; } else if (best[i + 1][j] >= best[i][j + 1]) i++; else j++;
  }
  return kept;
}
