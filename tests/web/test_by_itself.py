"""Scripts that ask for their own page again say that nobody clicked."""

from pathlib import Path

import flexnet

SCRIPTS = sorted(Path(flexnet.__file__).parent.glob("*/static/*/*.js"))


def test_every_script_that_loads_its_page_by_itself_says_so() -> None:
    asking = [one for one in SCRIPTS if 'open("GET", location.href)' in one.read_text(encoding="utf-8")]
    assert {"again.js", "progress.js", "refresh.js"} <= {one.name for one in asking}
    silent = [one.name for one in asking if "Asks-By-Itself" not in one.read_text(encoding="utf-8")]
    assert not silent
