// What is kept on the reader's device, and nowhere else.

/** A value that was kept under a name, or what to take where there is none. */
export function kept(name, otherwise) {
  try {
    const value = JSON.parse(localStorage.getItem(`hrqa.${name}`));
    return Array.isArray(value) === Array.isArray(otherwise) ? value ?? otherwise : otherwise;
  } catch {
    return otherwise;
  }
}

/** Keep a value; whether the browser allows it. */
export function keep(name, value) {
  try {
    localStorage.setItem(`hrqa.${name}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
