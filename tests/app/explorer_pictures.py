"""Takes pictures of the explorer on the samples, for people to look at: `make pictures`.

Every view at three widths in light and dark goes to artifacts/explorer; those that the README and
docs/explorer.md show go to docs/pictures.
"""

import shutil
import tempfile
from pathlib import Path

from tests.app.explorer_browser import launched, opened
from tests.app.serving import serving
from tests.conftest import REPOSITORY
from tests.process import run

ALL = REPOSITORY / "artifacts" / "explorer"
SHOWN = REPOSITORY / "docs" / "pictures"
DAY = "as_of=2025-10-01"
VIEWS = {
    "start": "",
    "ties": f"?actor=IRN&{DAY}&pick=IRN~RUS",
    "two": f"?actor=RUS&open=IRN&{DAY}",
    "actor": f"?actor=UKR&{DAY}&pick=UKR",
    "table": f"?actor=IRN&{DAY}&table=1",
    "changes": "?actor=FIN&as_of=2023-04-04&compare=2022-01-01",
    "paths": f"?view=paths&from=PRK&to=TUR&{DAY}",
    "blocs": f"?view=blocs&{DAY}",
    "read": "?view=read",
}
SCREENS = {"phone": (360, 740), "laptop": (1280, 800), "large": (2560, 1440)}
CHOSEN = {
    "ties-laptop-light": "explorer-ties.png",
    "blocs-laptop-dark": "explorer-blocs.png",
    "ties-phone-light": "explorer-phone.png",
}
TEXT = (
    "Russian President Vladimir Putin will sign a strategic partnership treaty with Iranian "
    "President Masoud Pezeshkian in Moscow, the Kremlin said. Washington condemned the plan. "
    "France visited the moon."
)


def take() -> None:
    """Read the samples into a new store, serve it, and go through all views."""
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        store = Path(folder) / "samples.db"
        done = run("ingest", str(REPOSITORY / "samples"), store=store)
        assert done.returncode == 0, done.stderr
        ALL.mkdir(parents=True, exist_ok=True)
        SHOWN.mkdir(parents=True, exist_ok=True)
        with serving(store) as served:
            for screen, (width, height) in SCREENS.items():
                for theme in ("light", "dark"):
                    with opened(
                        browser, served.base, width=width, height=height, dark=theme == "dark"
                    ) as explorer:
                        for name, query in VIEWS.items():
                            explorer.open(query)
                            page = explorer.page
                            page.wait_for_load_state("networkidle")
                            if name == "read":
                                page.get_by_label("Text of the article").fill(TEXT)
                                page.locator("form button.main").click()
                                page.locator(".sentence").first.wait_for(timeout=60_000)
                            page.wait_for_timeout(400)  # the picture settles
                            page.screenshot(path=ALL / f"{name}-{screen}-{theme}.png")
    for taken, kept in CHOSEN.items():
        shutil.copy(ALL / f"{taken}.png", SHOWN / kept)


if __name__ == "__main__":
    take()
