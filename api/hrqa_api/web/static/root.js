// The path below which the service stands.

export function root() {
  return document.documentElement.dataset.root;
}
