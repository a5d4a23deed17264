"""The session engine: Django's, with account, tunnel and address as columns to end sessions by."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from flexnet.accounts.models import WebSession

VIA = "via"
WAY = "way"
PROVIDER = "provider"
SOURCE = "source"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


class SessionStore(db.SessionStore):
    """Keeps what the rows must be found by beside the encoded session."""

    @classmethod
    def get_model_class(cls) -> type[WebSession]:
        return WebSession

    def create_model_instance(self, data: dict[str, Any]) -> WebSession:
        row = super().create_model_instance(data)
        assert isinstance(row, WebSession)  # noqa: S101 - narrows the type
        account = data.get(SESSION_KEY)
        row.account_id = int(account) if account else None
        row.via = data.get(VIA, "")
        row.source = data.get(SOURCE)
        return row
