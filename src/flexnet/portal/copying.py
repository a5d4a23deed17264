"""The copy of what is stored about somebody (Art. 15 GDPR): collected, and written as a ZIP."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.access import answered_for
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.audit import timeline
from flexnet.correspondence import queries as correspondence
from flexnet.portal import copy_words
from flexnet.portal.copy_parts import PARTS, Part, Whose
from flexnet.web import words

FORMAT: Final = 1
_TRAIL: Final = "audit.event"
_MESSAGES: Final = "correspondence.message"
# Tables whose rows are opened one by one; subjects and attachments stand with their messages.
OPENED: Final = (_TRAIL, _MESSAGES, "correspondence.thread", "correspondence.attachment")
Row = dict[str, Any]


def of(member: Access, now: datetime) -> Whose:
    """The person's own access, and those of practices that are theirs; not those of staff, who are others."""
    accesses = [one for one in answered_for.by(Present(member, now)) if one == member or one.site]
    return Whose(member, accesses, answered_for.subjects(member, accesses))


def collected(whose: Whose, now: datetime) -> dict[str, list[Row]]:
    """Each table's rows by its name; the trail last."""
    found = {part.name: _rows(part, whose) for part in PARTS}
    return {**found, _MESSAGES: list(_messages(whose, now)), _TRAIL: list(_trail(whose))}


def archive(whose: Whose, now: datetime) -> bytes:
    """A ZIP of the same twice, to be read by people and by programs, and of what it is."""
    found, made = collected(whose, now), io.BytesIO()
    head = {"format": FORMAT, "made_at": now, "of": str(whose.member), "tables": found}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(_("LIESMICH.txt"), about(now))
        file.writestr(_("daten.txt"), readable(found))
        file.writestr("data.json", json.dumps(head, default=_plain, ensure_ascii=False, indent=1))
    return made.getvalue()


def about(now: datetime) -> str:
    """What the files are, and what is not in them, and why."""
    kv = configuration.current().profile.name
    lines = [
        _("Kopie Ihrer Daten (Art. 15 DSGVO), %(kv)s, %(when)s") % {"kv": kv, "when": words.moment(now)},
        "",
        *(str(line) for line in copy_words.INTRODUCTION),
        "",
        _("Was nicht darin steht, und warum:"),
        *(f"- {reason}" for reason in dict.fromkeys(map(str, copy_words.LEFT_OUT.values()))),
        *(f"- {reason}" for reason in copy_words.COLUMNS_LEFT_OUT),
    ]
    return "\n".join(lines) + "\n"


def readable(found: dict[str, list[Row]]) -> str:
    """Every table under its title, each row as lines of name and value; empty values are left away."""
    return "\n".join(line for name, rows in found.items() for line in _table(name, rows))


def _rows(part: Part, whose: Whose) -> list[Row]:
    rows = part.model._default_manager.filter(part.mine(whose)).order_by(part.order)
    return [dict(row) for row in rows.values(*part.names)]


def _messages(whose: Whose, now: datetime) -> Iterator[Row]:
    """Those that the member reads in the portal too. Of who wrote for the KV nobody is named."""
    for line in correspondence.lines_for(whose.member, now):
        rows = correspondence.messages_of(line.thread)
        texts = correspondence.opened(rows)
        for row in rows:
            files = [one.name for one in row.attachments.all()]
            head = {"subject": line.subject, "at": row.at, "by": str(row.access or "office")}
            yield {**head, "text": texts[row.pk], "read_at": row.read_at, "attachments": files}


def _trail(whose: Whose) -> Iterator[Row]:
    """Newest first. Of who did it only the door, unless it was the member."""
    older_than, own = None, {f"portal:{one}" for one in whose.accesses}
    while True:
        page = timeline.of(whose.subjects, older_than=older_than)
        for entry in page.entries:
            event = entry.event
            by = event.by if event.by in own else event.by.partition(":")[0]
            data = {name: value for name, value in entry.data.items() if not name.endswith("_by")}
            yield {"at": event.at, "kind": event.kind, "by": by, "subject": event.subject, "data": data} | (
                {"personal": entry.personal} if entry.personal else {}
            )
        if page.older_than is None:
            return
        older_than = page.older_than


def _table(name: str, rows: list[Row]) -> Iterator[str]:
    title = str(copy_words.TITLES[name])
    yield from (title, "=" * len(title), "")
    if not rows:
        yield from (_("Nichts."), "")
    for row in rows:
        for column, value in row.items():
            if value not in (None, "", {}, []):
                yield f"{copy_words.label(column)}: {_shown(value)}"
        yield ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime):
        return words.short_moment(value)
    if isinstance(value, date):
        return words.short_day(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
