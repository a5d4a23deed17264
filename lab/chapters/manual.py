"""Chapter 13: the manual is read where its readers are, and its pictures show the pages as they are."""

from pathlib import Path

import pypdf

from lab.chapters import portal
from lab.stage import Stage, chapter
from lab.story import Unexpected, expect_words

CHAPTER = chapter("The manual")


@CHAPTER.step("in the portal, at the office and on the public site one reads it, each its own")
def _(stage: Stage) -> None:
    for computer, site in ((stage.clerk.computer, stage.clerk.office), (stage.visitor, portal.PORTAL)):
        computer.browser.goto(f"{site.rstrip('/')}/handbuch/")
        computer.browser.see("Handbuch als PDF")


@CHAPTER.step("its pictures show the pages as they are")
def _(stage: Stage) -> str:
    changed = stage.album.changed()
    if changed and not stage.album.folder:
        raise Unexpected("pages that have changed", expected="none (scripts/handbuch)", seen=changed)
    stage.album.close()
    return f"{len(stage.album.seen)} pictures"


@CHAPTER.step("as PDF it goes out with the letters")
def _(stage: Stage) -> str:
    path = stage.screenshots / "handbuch.pdf" if stage.screenshots else stage.system.folder / "handbuch.pdf"
    stage.system.flexnet("handbuch", "pdf", "--to", str(path), *_with(stage.album.folder))
    reader = pypdf.PdfReader(path)
    expect_words("its first page", reader.pages[0].extract_text(), "Handbuch KV-FlexNet", "Inhalt")
    return f"{len(reader.pages)} pages, {path.stat().st_size // 1024} KiB"


def _with(folder: Path | None) -> tuple[str, ...]:
    return ("--pictures", str(folder)) if folder else ()
