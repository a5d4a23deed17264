"""The client's packages: the same bytes each time, and a client in them that runs."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from deploy.client import build
from flexnet.configuration import SCHEMES
from flexnet_client import __version__

PYTHON = "/usr/bin/python3"


def said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build.build(tmp_path_factory.mktemp("packages"))


def test_the_same_source_makes_the_same_bytes(packages: list[Path], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        again = build.build(tmp_path)
    finally:
        os.umask(before)
    assert [path.name for path in again] == [path.name for path in packages]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in packages]


def test_they_are_named_as_releases_are(packages: list[Path]) -> None:
    for path in packages:
        assert [one.version_in(path.name) for one in SCHEMES if one.version_in(path.name)] == [__version__]


def test_the_archive_runs_where_it_is_unpacked(packages: list[Path], tmp_path: Path) -> None:
    with tarfile.open(packages[1]) as tar:
        assert {(one.uid, one.gid, one.uname) for one in tar} == {(0, 0, "")}
        tar.extractall(tmp_path, filter="data")
    started = tmp_path / f"flexnet-client-{__version__}" / "flexnet-client"
    assert said(PYTHON, "-I", started, "--version") == f"FlexNet-Client {__version__}\n"
    assert "Rückgabewerte" in said(started, "--help")


def test_dpkg_installs_it_into_a_bare_root_and_it_runs(packages: list[Path], tmp_path: Path) -> None:
    administration = tmp_path / "var/lib/dpkg"
    for folder in ("info", "updates", "triggers"):
        (administration / folder).mkdir(parents=True)
    (administration / "status").touch()
    said("dpkg", f"--root={tmp_path}", "--force-depends", "--force-not-root", "--install", packages[0])
    assert (
        said("dpkg-query", f"--admindir={administration}", "-W", "-f${Version}", "flexnet-client")
        == __version__
    )
    assert f"{0o755:o}" == said("stat", "-c%a", tmp_path / "usr/bin/flexnet-client").strip()
    library = tmp_path / "usr/lib/python3/dist-packages"
    program = f"import sys; sys.path.insert(0, {str(library)!r}); sys.argv[1:] = ['--version']; "
    started = (
        f"{program}exec(open({str(tmp_path / 'usr/bin/flexnet-client')!r}).read(), {{'__file__': '/x/y'}})"
    )
    assert said(PYTHON, "-I", "-c", started) == f"FlexNet-Client {__version__}\n"
    needed = said("dpkg-deb", "--field", packages[0], "Depends")
    for program in ("openconnect", "nftables", "iproute2", "util-linux", "python3 (>= 3.11)"):
        assert program in needed
