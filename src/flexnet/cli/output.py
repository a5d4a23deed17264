"""How commands answer: sentences for people, one last line of JSON for programs."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, Final, ParamSpec, TypeVar

from django.db import DataError, OperationalError, ProgrammingError

from flexnet.access import errors as access
from flexnet.access.filter_rules import BadFilterRule
from flexnet.accounts import errors as accounts
from flexnet.accounts.actions import Issued
from flexnet.billing import errors as billing
from flexnet.documents import errors as documents
from flexnet.gateway import errors as gateway
from flexnet.keys import errors as keys
from flexnet.lib.canonical_text import BadText
from flexnet.lib.identifiers import BadIdentifier, Why
from flexnet.lib.key_rows import BadKeyFile
from flexnet.lib.sealed import SealBroken
from flexnet.mail import errors as mail
from flexnet.manual.errors import BadManual
from flexnet.members import errors as members
from flexnet.members.findings import BadFile
from flexnet.post import errors as post
from flexnet.publications import errors as publications
from flexnet.software import errors as software

P = ParamSpec("P")
T = TypeVar("T")

_NUMBERS: Final = {
    Why.NOT_NINE_DIGITS: "The number has not exactly nine digits.",
    Why.UNKNOWN_REGION: "The first two digits of the BSNR belong to no association.",
    Why.CHECK_DIGIT: "The LANR has a typing error: its seventh digit does not fit the six before it.",
    Why.NO_NUMBER: "999999900 stands for doctors without a number. Enter the person's own LANR.",
    Why.OBSOLETE: "888888800 is a former substitute. Enter the person's own LANR.",
    Why.HOSPITAL_DOCTOR: "Numbers that begin with 555555 are substitutes. Enter the person's own LANR.",
}


def _refusals(*modules: ModuleType) -> tuple[type[Exception], ...]:
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    return tuple(kind for kind in kinds if issubclass(kind, Exception))


_EXPECTED: Final[tuple[type[Exception], ...]] = (
    *_refusals(
        access, accounts, billing, documents, gateway, keys, mail, members, post, publications, software
    ),
    BadFile,
    BadFilterRule,
    BadKeyFile,
    BadManual,
    BadText,
    SealBroken,
    OSError,
)
_DATABASE: Final = (OperationalError, ProgrammingError)


def say(text: str) -> None:
    print(text, flush=True)


def end_with(answer: dict[str, Any], *, as_json: bool) -> None:
    """The machine's line, where it was asked for."""
    if as_json:
        say(json.dumps(answer, ensure_ascii=False, default=str))


def tell_issued(issued: Issued, *, as_json: bool) -> None:
    """Credentials, this once."""
    say(f"User name {issued.account}, initial password {issued.initial_password}")
    say(f"Revocation word, which locks the access at any time: {issued.revocation_word}")
    answer = {
        "user_name": str(issued.account),
        "initial_password": issued.initial_password,
        "revocation_word": issued.revocation_word,
    }
    end_with(answer, as_json=as_json)


def told(command: Callable[P, T]) -> Callable[P, T]:
    """What the domain refuses becomes one sentence and exit status 1; a database that is away likewise."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except BadIdentifier as error:
            sys.exit(_NUMBERS[error.why])
        except _EXPECTED as error:
            sys.exit(f"{error}")
        except DataError as error:
            sys.exit(f"The database cannot hold what was entered: {error}".strip())
        except _DATABASE as error:
            sys.exit(f"The database does not answer: {error}".strip() + f"\n{_CURE}")

    return run


_CURE: Final = "Is it running, does database_url name it, and was `flexnet migrate` run?"
