"""Where documents lie."""

from typing import Final

from flexnet.sealed_store import SealedStore

STORE: Final = SealedStore("documents", "documents_document")
