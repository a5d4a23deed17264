"""The headers of tus: read, or refused by their names."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import tus


def test_metadata_are_names_with_their_texts() -> None:
    name = base64.b64encode("Übertragung.con".encode()).decode()
    assert tus.metadata(f"filename {name},is_last") == {"filename": "Übertragung.con", "is_last": ""}
    assert tus.metadata("") == {}


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "9" * 30, "1 2"])
def test_a_count_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(tus.BadHeader, match="Upload-Offset"):
        tus.number({"Upload-Offset": text}, "Upload-Offset")


@pytest.mark.parametrize("text", ["", "md5 AAAA", "sha256 !", "sha256 A"])
def test_a_checksum_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(tus.BadHeader, match="Upload-Checksum"):
        tus.checksum(text)


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    for read in (tus.metadata, tus.checksum):
        try:
            read(text)
        except tus.BadHeader:
            continue
