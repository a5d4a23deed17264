"""Where the database is, as one URL, and how Django is told."""

from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import AfterValidator

_NOBODY_WAITS_FOR_EVER = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_NO_QUESTION_IS_COMPILED = (
    "-c jit=off"  # all are short; compiling one takes a second, running it one millisecond
)


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `sqlite:///PATH` or `postgresql://[user[:password]@][host[:port]]/name[?host=DIR]`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        engine = "flexnet.sqlite"
        return {"ENGINE": engine, "NAME": parts.path, "CONN_MAX_AGE": None, "OPTIONS": options}
    if parts.scheme == "postgresql" and len(parts.path) > 1:
        query = parse_qs(parts.query)
        # Planned once for each connection, not for each sign-in: that halves what PostgreSQL has to do.
        prepared = {"server_side_binding": True, "prepare_threshold": 5}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", [parts.hostname or ""])[0],
            "PORT": str(parts.port or query.get("port", [""])[0]),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 3,
                "options": f"{_NOBODY_WAITS_FOR_EVER} {_NO_QUESTION_IS_COMPILED}",
                **prepared,
            },
        }
    raise ValueError("database_url is neither sqlite:///PATH nor postgresql://user@host/name")


def _database_url(text: str) -> str:
    database(text)
    return text


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
