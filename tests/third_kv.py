"""A third KV, made up: what a page says of a KV is its profile's, and of the other two there is no word."""

import re
import tomllib
from pathlib import Path

import pytest

from flexnet import configuration
from tests import configured

_FILE = Path(__file__).with_suffix(".toml")
# Names, hosts, telephones and terms of the two; what they call a password and a user name; their paragraphs.
_FOREIGN = re.compile(
    r"KVSA|Sachsen|Anhalt|Mitgliederportal|kvsa|\bkvs\b|0391 6|Flexnet-Yubikey|Nutzungsbedingungen KV-FlexNet"
    r"|(?<!Sperr)(?<!sperr)[Kk]ennw[oö]rt(?!er)|[Pp]assw[oö]rt|Benutzername|Nutzername|§ ?\d"
)
_NOT_READ = re.compile(
    r"<script.*?</script>|\shref=\"/[^\"]*\"|\s(?:id|for|name|class|action|type|autocomplete|aria-\w+)=\"[^\"]*\"",
    re.DOTALL,
)


def use(patch: pytest.MonkeyPatch) -> configuration.Profile:
    """From now on this is the KV; of the tests' configuration only folders and keys stay."""
    said, whole = tomllib.loads(_FILE.read_text(encoding="utf-8")), configuration.current()
    profile = configuration.Profile(**said["profile"])
    changed = whole.model_copy(update={"profile": profile, "texts": configuration.Texts()})
    patch.setattr(configuration, "current", lambda: changed)
    sites = {name: {"url": f"https://{name}.musterland.example/"} for name in ("portal", "office", "public")}
    configured.change(patch, password=said["password"], **sites)
    return profile


def foreign(page: str) -> list[str]:
    """What of the other KVs stands in a page, with what surrounds it."""
    said = _NOT_READ.sub(" ", page)
    return sorted({said[max(0, one.start() - 60) : one.end() + 40] for one in _FOREIGN.finditer(said)})
