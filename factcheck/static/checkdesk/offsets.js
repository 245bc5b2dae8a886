// Between the page and the server's offsets: Unicode code points into the article's canonical text.
// Each block element says where it begins (data-start); claim numbers (.ref) are no text of the article.
const root = () => document.querySelector('[data-flaggable]');
const blocks = () => [...root().querySelectorAll('[data-start]')];
const points = (text) => { let n = 0; for (const _ of text) n++; return n; };

function textNodes(block) {
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (n) => (n.parentElement.closest('.ref') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const out = [];
  while (walk.nextNode()) out.push(walk.currentNode);
  return out;
}

// The canonical text as a list of code points: one newline stands between two blocks.
function canonical() {
  const out = [];
  for (const block of blocks()) {
    while (out.length < Number(block.dataset.start)) out.push('\n');
    for (const node of textNodes(block)) for (const c of node.data) out.push(c);
  }
  return out;
}

function offset(node, at) {
  const point = document.createRange();
  point.setStart(node, at);
  const inside = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest('[data-start]');
  const block = inside ?? blocks().find((b) => point.comparePoint(b, 0) >= 0);
  if (!block) return canonical().length;
  let n = Number(block.dataset.start);
  if (!inside) return n;
  for (const text of textNodes(block)) {
    if (text === node) return n + points(text.data.slice(0, at));
    if (point.comparePoint(text, text.length) > 0) break;
    n += points(text.data);
  }
  return n;
}

// Grows a span to whole words, in whatever way the language cuts words, so nobody flags half of one.
function snap(text, start, end, language) {
  const from = start ? text.lastIndexOf('\n', start - 1) + 1 : 0; // -1 would count from the end
  const stop = text.indexOf('\n', end);
  const line = text.slice(from, stop < 0 ? text.length : stop).join('');
  let at = from;
  for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(line)) {
    const next = at + points(segment);
    if (isWordLike && at < start && start < next) start = at;
    if (isWordLike && at < end && end < next) end = next;
    if (next > end) break;
    at = next;
  }
  return [start, end];
}

// What a range of the page means to the server: {start, end, exact}, or null where nothing is in it.
export function spanOf(range) {
  const text = canonical();
  const blank = (i) => !text[i].trim();
  let start = offset(range.startContainer, range.startOffset);
  let end = offset(range.endContainer, range.endOffset);
  while (start < end && blank(start)) start++;
  while (start < end && blank(end - 1)) end--;
  if (start >= end) return null;
  [start, end] = snap(text, start, end, root().lang || 'en');
  return { start, end, exact: text.slice(start, end).join('') };
}

// The way back: the range of the page that shows text[start:end].
export function rangeOf(start, end) {
  const range = document.createRange();
  range.setStart(...place(start, false));
  range.setEnd(...place(end, true));
  return range;
}

function place(target, closing) {
  const block = blocks().findLast((b) => Number(b.dataset.start) < target + (closing ? 0 : 1));
  let n = Number(block.dataset.start);
  const nodes = textNodes(block);
  for (const node of nodes) {
    const size = points(node.data);
    if (target < n + size || (closing && target === n + size)) return [node, [...node.data].slice(0, target - n).join('').length];
    n += size;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}
