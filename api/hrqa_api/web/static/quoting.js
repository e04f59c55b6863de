// Which words of a passage are quoted: those selected, else those that answer, else all.

/** Length in code points, in which the service counts. */
function points(text) {
  return Array.from(text).length;
}

function offsetAt(article, node, offset) {
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!piece || !article.contains(piece) || node.nodeType !== Node.TEXT_NODE) return null;
  return Number(piece.dataset.start) + points(node.data.slice(0, offset));
}

/** What of a range is in an element: three clicks select to the beginning of what follows. */
function within(element, range) {
  if (!range.intersectsNode(element)) return null;
  const part = range.cloneRange();
  if (!element.contains(part.startContainer)) part.setStart(element, 0);
  if (!element.contains(part.endContainer)) part.setEnd(element, element.childNodes.length);
  return part;
}

/** Half-open offsets of what is selected in an article's passage; null where nothing is. */
export function selected(article) {
  const selection = getSelection();
  const text = article.querySelector("[data-text]");
  if (!text || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = within(text, selection.getRangeAt(0));
  if (!range) return null;
  const pieces = [...text.querySelectorAll("[data-start]")].filter((piece) => range.intersectsNode(piece));
  if (pieces.length === 0) return null;
  const [first, last] = [pieces[0], pieces.at(-1)];
  const start = offsetAt(article, range.startContainer, range.startOffset) ?? Number(first.dataset.start);
  const end = offsetAt(article, range.endContainer, range.endOffset)
    ?? Number(last.dataset.start) + points(last.textContent);
  return start < end ? { start, end } : null;
}

/** Offsets of what answers, from the first mark to the last; null where nothing is marked. */
export function answering(article) {
  const marks = (article.dataset.marks ?? "").split(" ").filter(Boolean).map((each) => each.split("-").map(Number));
  if (marks.length === 0) return null;
  // Of answers far apart the first is quoted: what stands between them is no answer.
  return { start: marks[0][0], end: marks[0][1] };
}

/** The words at offsets of a passage's text, on one line. */
export function quoted(text, part) {
  const all = Array.from(text);
  const words = part ? all.slice(part.start, part.end) : all;
  return words.join("").trim().replace(/\s+/g, " ");
}
