"""Commands for billing: deliveries are laid out for the billing department, which says that it has them."""

import typer

from flexnet.billing import fetching
from flexnet.billing.models import Package
from flexnet.cli.options import Json, acting, now
from flexnet.cli.output import end_with, say, told

billing = typer.Typer()


@billing.callback()
def group() -> None:
    """Billing files that were handed in."""


@billing.command("fetch")
@told
def fetch(as_json: Json = False) -> None:
    """Lay what waits into [billing] drop, as a package with a manifest; clear acknowledged ones."""
    laid = fetching.fetch(by=acting(), now=now())
    for package in laid:
        say(_said(package))
    if not laid:
        say("Nothing waits.")
    end_with({"packages": [_shown(one) for one in laid]}, as_json=as_json)


@billing.command("packages")
@told
def packages(as_json: Json = False) -> None:
    """Packages that lie in the drop and that nobody has acknowledged."""
    found = list(fetching.open_packages())
    for package in found:
        say(_said(package))
    end_with({"packages": [_shown(one) for one in found]}, as_json=as_json)


@billing.command("acknowledge")
@told
def acknowledge(package: str, sha256: str, as_json: Json = False) -> None:
    """Say that the whole package is there: with the SHA-256 of its manifest."""
    row = fetching.package_numbered(package)
    is_first = fetching.acknowledge(package=row, sha256=sha256, by=acting(), now=now())
    say(f"Package {row} is acknowledged." if is_first else f"Package {row} was acknowledged before.")
    end_with({"package": str(row), "is_first": is_first}, as_json=as_json)


def _said(package: Package) -> str:
    return f"Package {package}: {package.deliveries.count()} files, manifest {package.manifest_sha256}"


def _shown(package: Package) -> dict[str, object]:
    return {
        "package": str(package),
        "files": package.deliveries.count(),
        "manifest_sha256": package.manifest_sha256,
    }
