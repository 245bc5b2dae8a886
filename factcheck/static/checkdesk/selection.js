// The selected part of the article's text. A triple click on the last paragraph ends outside it.
const sel = getSelection();

export function selected() {
  if (!sel.rangeCount || sel.isCollapsed) return null;
  const range = sel.getRangeAt(0).cloneRange();
  const text = document.querySelector('[data-flaggable]');
  if (!text.contains(range.startContainer) && !text.contains(range.endContainer)) return null;
  if (!text.contains(range.startContainer)) range.setStart(text, 0);
  if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
  return range.toString().trim().length > 2 ? range : null;
}

export const wordsIn = (range) => range.toString().trim().split(/\s+/).length;
