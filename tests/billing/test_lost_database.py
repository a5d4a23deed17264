"""The database goes away in the middle of an upload: said, nothing lost, and it goes on when it is back."""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import evening, handing_in, installation
from bench.crowd import Crowd
from bench.handing_in import Practice, Refused
from lab import ports, postgres
from lab.processes import eventually

pytestmark = pytest.mark.lab


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[None]:
    with (
        folder.joinpath("log").open("ab") as log,
        subprocess.Popen(postgres.serving(folder), cwd=folder, stdout=log, stderr=log) as server,
    ):
        try:
            assert eventually(lambda: postgres.ready(folder), within=30) is not None
            yield
        finally:
            server.send_signal(signal.SIGINT)


@pytest.fixture
def cluster() -> Iterator[Path]:
    """A PostgreSQL that does not run yet; its folder is short, for its socket lies there."""
    with tempfile.TemporaryDirectory(prefix="flexnet-lost-") as name:
        folder = Path(name)
        postgres.make(folder)
        with serving(folder):
            postgres.create(folder)
        yield folder


def test_it_is_said_and_the_upload_goes_on_from_where_it_stood(cluster: Path) -> None:
    port, crowd = ports.claim(), Crowd.drawn(1)
    portal = {"listen": f"127.0.0.1:{port}", "url": f"http://127.0.0.1:{port}/"}
    tables: installation.Tables = {"portal": portal, "ways": {"others": []}}
    quarter, made_on = evening.quarter_to_hand_in()
    content = handing_in.pattern(quarter, made_on, 30_000)
    file = handing_in.of_site(crowd.bsnr(0), made_on, content)
    practice = Practice(port, handing_in.address(0), crowd.user_name(0))
    with contextlib.ExitStack() as undo:
        database = undo.enter_context(contextlib.ExitStack())
        database.enter_context(serving(cluster))
        made = undo.enter_context(installation.prepared(postgres.url(cluster), tables))
        undo.callback(practice.close)
        crowd.write(made.folder / "crowd.json")
        made.run("bench.inside", "delivered", "make", str(made.folder / "crowd.json"))
        undo.enter_context(installation.serving(made, "portal", port))
        practice.sign_in(crowd.password)
        upload = practice.begin(file, quarter)
        assert practice.send(upload, file, 0, 10_000) == 10_000
        database.close()
        for ask in (lambda: practice.send(upload, file, 10_000, 10_000), lambda: practice.open("/")):
            with pytest.raises(Refused, match="503"):
                ask()
        database.enter_context(serving(cluster))
        assert practice.stands_at(upload) == 10_000
        assert practice.send(upload, file, 10_000, 90_000) == len(file.content)
        delivery = practice.check(upload)
        assert delivery
        practice.submit(delivery)
        told = {practice.receipt(delivery): file.sha256}
        figures = evening.count(made, told, quarter)
    assert (figures["receipts_verified"], figures["lost"]) == (1, 0)
    assert (figures["doubled"], figures["uploads_left"]) == (0, 0)
