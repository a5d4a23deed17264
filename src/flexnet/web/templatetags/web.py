"""What the templates are written with: icons, notices, and times in words."""

from datetime import datetime, timedelta

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from flexnet.manual import pictures
from flexnet.manual.blocks import Picture
from flexnet.web import paragraphs, words

register = template.Library()

NOTICES = {"info": "info", "ok": "check", "warning": "warning", "error": "error"}

register.filter("between", words.between)
register.filter("cited", paragraphs.cited)
register.filter("day", words.day)
register.filter("long_day", words.long_day)
register.filter("moment", words.moment)
register.filter("size", words.size)
register.filter("short_day", words.short_day)
register.filter("short_moment", words.short_moment)
register.filter("short_since", words.short_since)


@register.filter
def remaining(until: datetime, now: datetime) -> str:
    return words.remaining(until - now)


@register.filter
def span(length: timedelta) -> str:
    return words.remaining(length)


@register.filter
def groups(digits: str) -> str:
    return words.groups(digits)


@register.filter
def breakable(file_name: str) -> SafeString:
    """A long file name, that a narrow page breaks behind its underscores and not within a word."""
    return format_html_join(mark_safe("_<wbr>"), "{}", ((part,) for part in file_name.split("_")))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture beside a word; never alone, so a screen reader passes it by."""
    source = static("web/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', source, name
    )


@register.simple_tag
def shot(picture: Picture) -> SafeString:
    """A picture of the manual with its caption; it has its place before it is there, so nothing jumps."""
    size = pictures.size(picture.name)
    return format_html(
        '<figure class="shot"><img src="{}" width="{}" height="{}" alt="{}">'
        "<figcaption>{}</figcaption></figure>",
        static(f"handbuch/{picture.name}.png"),
        size.width,
        size.height,
        picture.alt,
        picture.caption,
    )


@register.simple_block_tag
def notice(content: str, kind: str, title: str = "") -> SafeString:
    """A box with word, icon and colour; `kind` is one of NOTICES."""
    context = {"content": content, "kind": kind, "icon": NOTICES[kind], "title": title}
    return render_to_string("web/components/notice.html", context)
