"""axe-core: what a page has that keeps people out who do not see it, or use no mouse."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.browser.npm_packages import fetched

GRAVE = ("serious", "critical")
RUN = """
async (off) => {
  const rules = { "label-content-name-mismatch": { enabled: true } };
  for (const rule of off) rules[rule] = { enabled: false };
  const { violations } = await axe.run(document, { rules, resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => ({
    id, impact, where: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`),
  }));
}
"""


def script() -> Path:
    """axe-core as one script for a page."""
    return fetched("axe") / "axe-core" / "axe.min.js"


async def grave_findings(page: Page, *off: str) -> list[str]:
    """What is serious or critical on the page as it is now; `off` are rules that do not apply to it."""
    if not await page.evaluate("'axe' in window"):
        # As a debugger would: the page's own policy allows no script of others.
        await page.evaluate(script().read_text("utf-8"))
    found = await page.evaluate(RUN, list(off))
    return [f"{each['id']}: {where}" for each in found if each["impact"] in GRAVE for where in each["where"]]
