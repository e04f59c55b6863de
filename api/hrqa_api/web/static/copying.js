// Text put into the clipboard, also where the page does not come over HTTPS.
import { announce, say } from "./messages.js";

function copyBySelecting(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}

/** Copy an element's text, and say on the button whether it was possible. */
export async function copy(element, button) {
  let done = false;
  try {
    await navigator.clipboard.writeText(element.textContent);
    done = true;
  } catch {
    done = copyBySelecting(element);
  }
  const said = say(done ? "copied" : "copy-failed");
  announce(said);
  const usual = button.dataset.usual ?? button.textContent;
  button.dataset.usual = usual;
  button.textContent = said;
  setTimeout(() => { button.textContent = usual; }, 2500);
}
