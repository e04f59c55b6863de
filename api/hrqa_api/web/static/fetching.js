// Pages and data asked of the service, and what there is to say when they do not come.
import { say } from "./messages.js";

const SECONDS = 30;

/** Why something did not come, in the reader's words. */
export class FetchError extends Error {}

async function ask(address, options, signal) {
  const late = AbortSignal.timeout(SECONDS * 1000);
  try {
    return await fetch(address, { ...options, signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FetchError(late.aborted ? say("slow", { seconds: SECONDS }) : say("unreachable"));
  }
}

/** A page of the service, and the address at which it stands; its own pages of failures, too. */
export async function fetchPage(address, signal) {
  const response = await ask(address, { headers: { accept: "text/html" } }, signal);
  let text;
  try {
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FetchError(say("unreachable"));
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  // What stands between may answer with a page of its own, such as one to log in to a network.
  const isOurs = page.documentElement.dataset.root !== undefined && page.getElementById("main");
  if (!isOurs) throw new FetchError(say("broken", { status: response.status }));
  return { page, address: response.url };
}

/** The answer of the interface to a request for JSON. */
export async function fetchJson(address) {
  const response = await ask(address, { headers: { accept: "application/json" } });
  if (!response.ok) throw new FetchError(say("broken", { status: response.status }));
  return response.json();
}

/** The answer of the interface as text. */
export async function fetchText(address) {
  const response = await ask(address, {});
  if (!response.ok) throw new FetchError(say("broken", { status: response.status }));
  return response.text();
}

/** The whole response to what is sent as JSON. */
export function send(address, body) {
  return ask(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
