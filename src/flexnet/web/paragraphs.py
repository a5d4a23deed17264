"""The paragraphs of the terms, as pages cite them; a KV whose terms have others cites none."""

import re

from django.utils.translation import get_language

from flexnet import configuration

_CITED = re.compile(r" \(§ [^)]*\)")
_SHORT = re.compile(r"\((\d+)\)")


def cited(sentence: object) -> str:
    """A sentence with what it cites in brackets, or without."""
    text = str(sentence)
    return text if configuration.current().profile.cites_paragraphs else _CITED.sub("", text)


def of(rule: str) -> str:
    """„§ 7 Abs. 2“ of "§ 7(2)"; nothing where none is cited, or where a rule is no paragraph."""
    if not rule.startswith("§") or not configuration.current().profile.cites_paragraphs:
        return ""
    is_german = (get_language() or "de").startswith("de")
    return _SHORT.sub(r" Abs. \1", rule) if is_german else rule
