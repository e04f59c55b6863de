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

/** Put a text into the clipboard, for programs that know them with its italics. */
async function write(element) {
  const text = element.textContent;
  if (!element.querySelector("i")) return navigator.clipboard.writeText(text);
  const forms = { "text/plain": text, "text/html": element.innerHTML };
  const blobs = Object.entries(forms).map(([type, form]) => [type, new Blob([form], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}

/** Copy an element's text, and say on the button whether it was possible. */
export async function copy(element, button) {
  let done = false;
  try {
    await write(element);
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
