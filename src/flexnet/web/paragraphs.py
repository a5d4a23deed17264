"""The paragraphs of the terms, as pages cite them; a KV whose terms have others cites none."""

import re

from django.utils.translation import get_language

from flexnet import configuration

_CITED = re.compile(r" \(§ [^)]*\)")
_SHORT = re.compile(r"\((\d+)\)")
_BEFORE_NUMBER = re.compile(r"(§|Abs\.) ")


def cited(sentence: object) -> str:
    """A sentence with what it cites in brackets, or without."""
    is_cited = configuration.current().profile.cites_paragraphs
    return _CITED.sub(lambda found: _in_one_line(found[0]) if is_cited else "", str(sentence))


def of(rule: str) -> str:
    """„§ 7 Abs. 2“ of "§ 7(2)"; nothing where none is cited, or where a rule is no paragraph."""
    if not rule.startswith("§") or not configuration.current().profile.cites_paragraphs:
        return ""
    is_german = (get_language() or "de").startswith("de")
    return _in_one_line(_SHORT.sub(r" Abs. \1", rule) if is_german else rule)


def _in_one_line(rule: str) -> str:
    """No line ends between a sign and its number."""
    return _BEFORE_NUMBER.sub("\\1\N{NO-BREAK SPACE}", rule)
