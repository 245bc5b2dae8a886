// Marks in one text the words that another does not have in the same order.
export function mark(target, text, other, tag) {
  const cut = (t) => t.match(/\s+|[^\s]+/g) ?? [];
  const [a, b] = [cut(text), cut(other)];
  const kept = a.length * b.length < 4e6 ? common(a, b) : new Set(a.keys());
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
