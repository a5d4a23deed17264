"""The manual on the sites: its chapters and its PDF, open to everybody, in German whatever the page is in."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from flexnet.manual import books, drawing
from flexnet.manual.books import Name

PAGES: Final = ("manual", "manual-chapter", "manual-pdf")
FOR_PRACTICES: Final = ("practice-manual", "practice-manual-chapter", "practice-manual-pdf")


@login_not_required
@require_safe
def contents(request: HttpRequest, book: Name, names: tuple[str, str, str]) -> HttpResponse:
    """What stands in a book, and the way to its PDF."""
    return render(request, "web/manual/contents.html", _context(book, names))


@login_not_required
@require_safe
def chapter(request: HttpRequest, book: Name, names: tuple[str, str, str], slug: str) -> HttpResponse:
    """One chapter, with the ways to those beside it."""
    context = _context(book, names)
    found = books.current(book).chapter(slug)
    if found is None:
        raise Http404
    before, after = books.current(book).beside(found)
    return render(
        request, "web/manual/chapter.html", context | {"chapter": found, "before": before, "after": after}
    )


@login_not_required
@require_safe
def pdf(request: HttpRequest, book: Name, names: tuple[str, str, str]) -> HttpResponse:
    """The whole book, as it is enclosed with the letters."""
    del request, names
    headers = {"Content-Disposition": f'inline; filename="Handbuch-{book}.pdf"'}
    return HttpResponse(drawing.current(book), content_type="application/pdf", headers=headers)


def _context(book: Name, names: tuple[str, str, str]) -> dict[str, object]:
    """`base` is the site's own frame, with its navigation."""
    contents_name, chapter_name, pdf_name = names
    return {
        "base": f"{settings.SITE}/base.html",
        "book": books.current(book),
        "contents_name": contents_name,
        "chapter_name": chapter_name,
        "pdf_name": pdf_name,
    }


def addresses(book: Name, at: str = "handbuch/", names: tuple[str, str, str] = PAGES) -> list[URLPattern]:
    """Of one book: `at` is where it begins, `names` how its three kinds of pages are called."""
    given = {"book": book, "names": names}
    contents_name, chapter_name, pdf_name = names
    return [
        path(at, contents, given, name=contents_name),
        path(f"{at}handbuch.pdf", pdf, given, name=pdf_name),
        path(f"{at}<slug:slug>/", chapter, given, name=chapter_name),
    ]
