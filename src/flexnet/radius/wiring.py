"""The real domain behind the door: gateway's actions and queries."""

import select
from typing import Final

from django import db

from flexnet import configuration
from flexnet.gateway import actions, queries


class Wiring:
    """`domain.Domain` over the database."""

    @property
    def threads(self) -> int:
        """One on SQLite: writers are alone there anyway, and what one read stays in its cache."""
        return 1 if db.connection.vendor == "sqlite" else configuration.current().radius.worker_threads

    gateway_by_address: Final = staticmethod(queries.gateway_by_address)
    gateway_by_certificate: Final = staticmethod(queries.gateway_by_certificate)
    secret_of: Final = staticmethod(actions.secret_of)
    sign_in: Final = staticmethod(actions.sign_in)
    authorize: Final = staticmethod(actions.authorize)
    account: Final = staticmethod(actions.account)
    changes_due: Final = staticmethod(queries.changes_due)
    answered: Final = staticmethod(actions.answered)
    hang_up: Final = staticmethod(db.connections.close_all)

    def get_ready(self) -> None:
        """Django renews connections between web requests; a thread of ours has to ask for it.

        Nobody hung up on a connection on which nothing is to be read: then it need not be asked, which would
        cost a round trip each time. SQLite's are kept: a file does not hang up.
        """
        if db.connection.vendor != "sqlite" and (db.connection.errors_occurred or _is_addressed()):
            db.close_old_connections()


def _is_addressed() -> bool:
    """Whether the database has said something unasked, such as that it ends."""
    if db.connection.connection is None:
        return False
    asked = select.poll()
    asked.register(db.connection.connection.fileno(), select.POLLIN)
    return bool(asked.poll(0))
