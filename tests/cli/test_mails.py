"""Commands for mails: what waits and failed, tried again, settled; whether the mail server takes any."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexnet.cli import commands
from flexnet.cli.mails import TROUBLES
from flexnet.mail.kinds import Kind
from flexnet.mail.models import Trouble
from lab.mail_server import Box
from tests import configured, make
from tests.mail.conftest import box as box
from tests.mail.conftest import failed, fresh, queue

pytestmark = pytest.mark.django_db


def give(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(commands.app, ["mail", *words])
    return found.exit_code, found.output


def test_what_waits_and_what_failed_is_listed_and_seen_to() -> None:
    assert "none is left" in give("list")[1]
    waits, gone = queue("lock:2", "b@example.org"), failed()
    line = f"{gone.pk}  given_up  praxis@example.org  Ihr Zugang ist gesperrt  [550 no such user]\n"
    assert give("list", "failed") == (0, line)
    assert f"{waits.pk}  waiting  b@example.org" in give("list")[1]
    assert give("retry", str(waits.pk))[0] == 1
    assert give("retry", str(gone.pk))[0] == 0
    assert fresh(gone).given_up_at is None
    assert give("settle", str(failed("lock:3").pk), "--note", "angerufen")[0] == 0
    assert f"There is no mail {make.NO_ROW}" in give("retry", make.NO_ROW)[1]


def test_check_says_whether_mails_could_go(box: Box, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "lets us in (none)" in give("check")[1]
    assert not box.came
    configured.change(monkeypatch, mail={"security": "starttls"})
    assert give("check") == (1, f"{len(Kind)} texts are whole.\n" + TROUBLES[Trouble.NO_TLS] + ".\n")
    tmp_path.joinpath("frame.txt").write_text("Hallo", encoding="utf-8")
    configured.change(monkeypatch, mail={"texts_folder": tmp_path})
    assert "frame.txt: $text is missing" in give("check")[1]
    configured.change(monkeypatch, mail={"texts_folder": None, "server": None})
    assert "No mail server is configured" in give("check")[1]
    assert set(TROUBLES) == set(Trouble)
