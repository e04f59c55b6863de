"""How soon the page shows an answer once the server has given it, and how much it loads.

Starts `hrqa serve` over the index at hand and asks gold questions in Chromium, which has to be
installed: some typed into the page, some opened as links in a window that knows nothing yet.

    python benchmarks/page.py
    python benchmarks/page.py --questions 60
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Response, sync_playwright
from service import GOLD, start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}

# Two frames after the passages stand in the page, they have been painted.
WATCH = """
window.painted = new Promise((resolve) => {
  const before = new Set(document.querySelectorAll(".result"));
  new MutationObserver((_, observer) => {
    if (![...document.querySelectorAll(".result")].some((each) => !before.has(each))) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
  }).observe(document.documentElement, { childList: true, subtree: true });
});
performance.clearResourceTimings();
"""
ANSWERED = """
async () => {
  const painted = await window.painted;
  const asked = performance.getEntriesByType("resource").filter((e) => e.initiatorType === "fetch");
  return painted - Math.max(...asked.map((e) => e.responseEnd));
}
"""
OPENED = """
async () => {
  const [navigation] = performance.getEntriesByType("navigation");
  const first = await new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const found = list.getEntriesByName("first-contentful-paint")[0];
      if (found) resolve(found.startTime);
    }).observe({ type: "paint", buffered: true });
  });
  return first - navigation.responseEnd;
}
"""


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=30, help="for each row")
    options = parser.parse_args()
    if CHROMIUM is None:
        print("chromium is not installed; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    lines = GOLD.read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][: options.questions]
    with tempfile.TemporaryFile("w+") as log, sync_playwright() as playwright:
        process, url = start({}, log)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            print(f"first view: {loaded(browser, url) / 1000:.1f} kB\n")
            print("| from the server's answer to the paint | median ms | slowest ms |")
            print("|---|---:|---:|")
            for name, size in SIZES.items():
                show(f"asked within the page, {name}", asked(browser, url, questions, size))
                used = opened(browser, url, questions, size, used=True)
                show(f"opened as a link in a browser that was here before, {name}", used)
                new = opened(browser, url, questions, size, used=False)
                show(f"opened as a link in a new browser, {name}", new)
        finally:
            browser.close()
            process.terminate()
            process.wait()
    return 0


def show(name: str, times: list[float]) -> None:
    """Print a row."""
    print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |", flush=True)


def window(browser: Browser, size: tuple[int, int]) -> Page:
    """A window that knows nothing yet."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    return context.new_page()


def loaded(browser: Browser, url: str) -> int:
    """Bytes of the bodies that the start page brings, as they are sent."""
    page = window(browser, SIZES["desktop"])
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url, wait_until="networkidle")
    return sum(response.request.sizes()["responseBodySize"] for response in responses)


def asked(browser: Browser, url: str, questions: list[str], size: tuple[int, int]) -> list[float]:
    """Milliseconds from the end of each answer to its paint, for questions put in the page."""
    page = window(browser, size)
    page.goto(url)
    times: list[float] = []
    for question in questions:
        page.evaluate(WATCH)
        page.fill("#query", question)
        page.keyboard.press("Enter")
        times.append(page.evaluate(ANSWERED))
    return times


def opened(
    browser: Browser, url: str, questions: list[str], size: tuple[int, int], *, used: bool
) -> list[float]:
    """Milliseconds from the end of each page to its first paint, for questions in an address.

    Args:
        browser: Chromium.
        url: Of the service.
        questions: The questions.
        size: Width and height of the window.
        used: Whether one window opens all, after another page; else each has a new one, for which
            the browser starts a process.
    """
    times: list[float] = []
    page = window(browser, size)
    page.goto(f"{url}/library")
    for question in questions:
        if not used:
            page.context.close()
            page = window(browser, size)
        page.goto(f"{url}/?{urlencode({'query': question})}")
        times.append(page.evaluate(OPENED))
    page.context.close()
    return times


if __name__ == "__main__":
    sys.exit(main())
