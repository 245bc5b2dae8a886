// The selected part of the article's text, if it has so many letters: fewer are a slip of the hand, but some
// sentences have two. A triple click on the last paragraph ends outside the text.
const sel = getSelection();

export function selected(least = 3) {
  if (!sel.rangeCount || sel.isCollapsed) return null;
  const range = sel.getRangeAt(0).cloneRange();
  const text = document.querySelector('[data-flaggable]');
  if (!text.contains(range.startContainer) && !text.contains(range.endContainer)) return null;
  if (!text.contains(range.startContainer)) range.setStart(text, 0);
  if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
  return range.toString().trim().length >= least ? range : null;
}

export const wordsIn = (range) => range.toString().trim().split(/\s+/).length;
