"""Nothing of a patient leaves the file: not into the database, a log, the trail or a page."""

import logging

import pytest
from django.apps import apps
from django.core import serializers

from flexnet.access.models import Access
from flexnet.billing import actions
from tests import make
from tests.billing import files

SENTINEL = "Zzyzxpatient"


def with_sentinel() -> bytes:
    """A sound file whose first patient bears the name."""
    content = files.plain()
    begin = content.index(b"3101") - 3
    end = content.index(b"\r\n", begin) + 2
    return content[:begin] + b"%03d3101%s\r\n" % (len(SENTINEL) + 9, SENTINEL.encode()) + content[end:]


def everything_stored() -> str:
    return "".join(serializers.serialize("json", model._default_manager.all()) for model in apps.get_models())


def test_a_sound_file_leaves_only_counts(access: Access, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = files.received(access, with_sentinel())
    actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    stored = everything_stored()
    assert row.sha256 in stored
    assert SENTINEL not in stored + caplog.text
    assert row.summary["cases"] == 3


@pytest.mark.parametrize("cut", [b"\r\n", b"3102"])
def test_a_broken_line_is_told_by_its_number_alone(
    access: Access, caplog: pytest.LogCaptureFixture, cut: bytes
) -> None:
    """The line of the name itself is the broken one, or the next."""
    caplog.set_level(logging.DEBUG)
    content = with_sentinel()
    at = content.index(cut, content.index(SENTINEL.encode()))
    found = files.receive(access, content[:at] + b"?" + content[at + 1 :])
    assert isinstance(found, actions.Rejected)
    said = "".join(finding.what + finding.cure for finding in found.findings)
    assert "Zeile" in said
    assert SENTINEL not in said + repr(found) + everything_stored() + caplog.text
