"""No stranger in the closed network keeps the owner out of the portal."""

import pytest
import time_machine
from django.test import Client

from tests import make
from tests.publications import participants

pytestmark = pytest.mark.django_db
STRANGE = participants.ADDRESS


def tries(address: str, password: str) -> int:
    """The status that a sign-in as alice's practice, from there, is answered with."""
    words = {"user_name": "alice-praxis", "password": password}
    return Client(REMOTE_ADDR=address).post("/anmelden/", words).status_code


@time_machine.travel(make.NOW, tick=False)
def test_behind_her_own_tunnel_the_owner_signs_in_while_strangers_guess() -> None:
    participants.come_from()
    door = make.door(make.settled())
    door.open(0)
    for _ in range(12):
        assert tries(STRANGE, "falsch") == 422
    assert tries(STRANGE, make.PASSWORD) == 422
    assert tries(make.TUNNEL_ADDRESS, make.PASSWORD) == 302


@time_machine.travel(make.NOW, tick=False)
def test_whoever_has_the_address_of_a_tunnel_that_is_over_is_not_answered() -> None:
    door = make.door(make.settled())
    door.open(0)
    assert tries(make.TUNNEL_ADDRESS, "falsch") == 422
    door.hang_up()
    assert tries(make.TUNNEL_ADDRESS, make.PASSWORD) == 204
