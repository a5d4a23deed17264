"""The real domain behind the door: gateway's actions and queries, each call on a connection that works."""

import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django import db

from flexnet.gateway import actions, queries

P = ParamSpec("P")
R = TypeVar("R")


def _connected(call: Callable[P, R]) -> Callable[P, R]:
    """Django renews connections between web requests; a thread of ours has to ask for it.

    SQLite's are kept: a file does not hang up, and opening it anew costs a millisecond a call.
    """

    @functools.wraps(call)
    def with_working_connection(*args: P.args, **kwargs: P.kwargs) -> R:
        if db.connection.vendor != "sqlite":
            db.close_old_connections()
        return call(*args, **kwargs)

    return with_working_connection


class Wiring:
    """`domain.Domain` over the database."""

    gateway_by_address: Final = staticmethod(_connected(queries.gateway_by_address))
    gateway_by_certificate: Final = staticmethod(_connected(queries.gateway_by_certificate))
    secret_of: Final = staticmethod(actions.secret_of)
    sign_in: Final = staticmethod(_connected(actions.sign_in))
    authorize: Final = staticmethod(_connected(actions.authorize))
    account: Final = staticmethod(_connected(actions.account))
    changes_due: Final = staticmethod(_connected(queries.changes_due))
    answered: Final = staticmethod(_connected(actions.answered))
    hang_up: Final = staticmethod(db.connections.close_all)
