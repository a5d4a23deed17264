"""Builds our client's packages, the same bytes of the same source: `scripts/build-client FOLDER`.

A `.deb` for Debian and Ubuntu, by dpkg-deb, and an archive for other distributions. Needs nothing but Python
and dpkg-deb, so that it runs wherever a release is made.
"""

import argparse
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_SOURCE: Final = _HERE.parent.parent / "src" / "flexnet_client"
_EXAMPLE: Final = _HERE.parent / "flexnet-client.toml"
_LONG_AGO: Final = 315_532_800  # 1980-01-01: what is built does not tell when
_MAINTAINER: Final = "FlexNet maintainers <maintainers@flexnet.invalid>"

Files = dict[str, tuple[bytes, int]]  # path: content, mode


def build(folder: Path, maintainer: str = _MAINTAINER) -> list[Path]:
    """Both packages, in this folder. Raises CalledProcessError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_deb(folder, maintainer), _archive(folder)]


def version() -> str:
    """As the client tells it."""
    found = re.search(r'__version__ = "([0-9.]+)"', (_SOURCE / "__init__.py").read_text())
    if found is None:
        raise ValueError("flexnet_client names no version")
    return found[1]


def _modules() -> Files:
    return {
        f"flexnet_client/{path.relative_to(_SOURCE)}": (path.read_bytes(), 0o644)
        for path in sorted(_SOURCE.rglob("*.py"))
    }


def _deb(folder: Path, maintainer: str) -> Path:
    name, shared = f"flexnet-client_{version()}_all.deb", "usr/share/doc/flexnet-client"
    library = "usr/lib/python3/dist-packages"
    control = (_HERE / "control").read_text().format(version=version(), maintainer=maintainer)
    files = {f"{library}/{path}": one for path, one in _modules().items()}
    files |= {
        "usr/bin/flexnet-client": ((_HERE / "flexnet-client").read_bytes(), 0o755),
        f"{shared}/LIESMICH.txt": ((_HERE / "LIESMICH.txt").read_bytes(), 0o644),
        f"{shared}/flexnet-client.toml": (_EXAMPLE.read_bytes(), 0o644),
        "DEBIAN/control": (control.encode(), 0o644),
    }
    with tempfile.TemporaryDirectory() as staged:
        _write(Path(staged), files)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", staged, str(folder / name)]
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(_LONG_AGO)}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    return folder / name


def _write(root: Path, files: Files) -> None:
    """With modes and times that no umask and no clock change."""
    for path, (content, mode) in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(mode)
    for one in [root, *root.rglob("*")]:
        if one.is_dir():
            one.chmod(0o755)
        os.utime(one, (_LONG_AGO, _LONG_AGO))


def _archive(folder: Path) -> Path:
    base = f"flexnet-client-{version()}"
    files = _modules() | {
        "flexnet-client": ((_HERE / "flexnet-client").read_bytes(), 0o755),
        "LIESMICH.txt": ((_HERE / "LIESMICH.txt").read_bytes(), 0o644),
        "flexnet-client.toml": (_EXAMPLE.read_bytes(), 0o644),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, (content, mode) in sorted(files.items()):
            known = tarfile.TarInfo(f"{base}/{path}")
            known.size, known.mode, known.mtime = len(content), mode, _LONG_AGO
            tar.addfile(known, io.BytesIO(content))
    target = folder / f"{base}.tar.gz"
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=_LONG_AGO) as smaller:
        shutil.copyfileobj(io.BytesIO(packed.getvalue()), smaller)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the client's packages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--maintainer", default=_MAINTAINER, help="who answers for them, as NAME <MAIL>")
    options = parser.parse_args()
    if shutil.which("dpkg-deb") is None:
        sys.exit("dpkg-deb is missing: install the Debian package dpkg.")
    for path in build(options.folder, options.maintainer):
        print(path)


if __name__ == "__main__":
    main()
