"""What staff sign in with stays where it is sealed: looked for in logs, texts, errors and every row."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings

from flexnet import configuration
from flexnet.accounts import factors, staff, staff_entry
from flexnet.accounts.proofs import AppCode, PaperCode
from flexnet.accounts.staff_entry import FirstStep
from flexnet.audit import actions as audit
from flexnet.lib import totp
from flexnet.web import sites
from tests import make
from tests.security.test_secrets import sentinels as sentinels

pytestmark = pytest.mark.django_db
PASSWORD = "Sentinel-Kennwort-1"


def test_the_first_day_leaves_no_secret(sentinels: set[bytes]) -> None:
    entered = staff.enter(user_name="dora", name="Dora", by=make.BY, now=make.NOW)
    sentinels |= {entered.initial_password.encode(), entered.enrolment_code.encode()}
    known = sites.settings("office", configuration.current())
    asked = override_settings(**known | {"ALLOWED_HOSTS": ["testserver"]})
    with time_machine.travel(make.NOW, tick=False), asked:
        page = _sets_up_an_app(entered)
    secret = re.findall(r'<strong class="figures">([A-Z2-7 ]+)</strong>', page)[0]
    raw = totp.from_text(secret)
    sentinels |= {secret.encode(), secret.replace(" ", "").encode(), raw, raw.hex().encode()}


def test_nor_does_any_later_one(sentinels: set[bytes]) -> None:
    clara = make.colleague()
    codes = factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
    change: dict[str, Any] = {"old": clara.password, "new": PASSWORD, "by": make.BY, "now": make.NOW}
    assert not staff.change_password(staff=clara.staff, **change)
    first = staff_entry.first_step(user_name="clara", password=PASSWORD, source="192.0.2.9", now=make.NOW)
    assert isinstance(first, FirstStep)
    for proof in (AppCode(clara.code()), PaperCode(codes[0]), PaperCode("ACDE-FHJK-LMNP"), AppCode("918273")):
        staff_entry.second_step(first, proof, now=make.NOW)
        assert "typed" not in repr(proof)
    staff_entry.first_step(user_name=PASSWORD, password=PASSWORD, source="192.0.2.9", now=make.NOW)
    sentinels |= {*map(str.encode, codes), clara.secret, PASSWORD.encode(), b"918273", b"ACDE-FHJK-LMNP"}
    fresh = staff.reset(staff.fresh_credentials(clara.staff), by=make.BY, reason="", now=make.NOW)
    sentinels |= {fresh.initial_password.encode(), fresh.enrolment_code.encode()}
    audit.seal_pending()


def _sets_up_an_app(entered: staff.Credentials) -> str:
    client = Client()
    client.post("/anmelden/", {"user_name": "dora", "password": entered.initial_password})
    client.post("/anmelden/einrichten/", {"code": entered.enrolment_code})
    client.post("/anmelden/einrichten/app/", {"code": "000000"})
    return client.get("/anmelden/einrichten/app/").text
