// What scripts say, in the language of the page.

const messages = JSON.parse(document.getElementById("messages").textContent);
const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);

/** A message with values in place of the names in braces; `count` chooses among its forms. */
export function say(name, values = {}) {
  let message = messages[name];
  if (typeof message !== "string") {
    message = message[plural.select(values.count)] ?? message.other;
  }
  return message.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/** Tell those who listen to the page. */
export function announce(text) {
  const said = document.getElementById("said");
  said.textContent = "";
  // A region is read out again only if it changes after it was empty.
  setTimeout(() => { said.textContent = text; }, 50);
}
