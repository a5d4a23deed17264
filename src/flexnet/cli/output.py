"""How commands answer: sentences for people, one last line of JSON for programs."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from django.db import OperationalError

from flexnet.access import errors as access
from flexnet.accounts import errors as accounts
from flexnet.gateway import errors as gateway
from flexnet.keys import errors as keys
from flexnet.lib.identifiers import BadIdentifier
from flexnet.members import errors as members

P = ParamSpec("P")
T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="End with one line of JSON.")]

_EXPECTED = (
    BadIdentifier,
    members.AlreadyEntered,
    members.NotEntered,
    accounts.BadUserName,
    accounts.UserNameTaken,
    keys.BadSeed,
    keys.KeyExists,
    access.NoSuchTerms,
    access.NoSuchAccess,
    keys.NoSuchKey,
    access.AlreadyDeclared,
    access.KeyTaken,
    gateway.BadGateway,
    gateway.GatewayExists,
)


def say(text: str) -> None:
    print(text)


def end_with(answer: dict[str, Any], *, as_json: bool) -> None:
    """The machine's line, where it was asked for."""
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, default=str))


def told(command: Callable[P, T]) -> Callable[P, T]:
    """What the domain refuses becomes one sentence and exit status 1; a database that is away likewise."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except _EXPECTED as error:
            sys.exit(f"{error}")
        except OperationalError as error:
            sys.exit(
                f"The database does not answer: {error}".strip()
                + "\nIs it running, and was `flexnet migrate` run?"
            )

    return run
