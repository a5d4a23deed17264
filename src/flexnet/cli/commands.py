"""Every command of `flexnet`, put together."""

import typer

from flexnet.cli import (
    accesses,
    anew,
    billing,
    colleagues,
    derived,
    documents,
    handbuch,
    journeys,
    keys,
    locks,
    mails,
    people,
    practices,
    publishing,
    receipts,
    register,
    running,
    showing,
    software,
    station,
    stock,
    terms,
    ways,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(practices.practice, name="practice", help="Practices.")
app.add_typer(practices.site, name="site", help="Their sites, addresses and contacts.")
app.add_typer(people.person, name="person", help="Doctors and psychotherapists.")
app.add_typer(people.owner, name="owner", help="Who owns a practice.")
app.add_typer(people.employment, name="employment", help="Who is employed or authorised at a practice.")
app.add_typer(people.director, name="director", help="Medical directors of an MVZ.")
app.add_typer(people.signer, name="signer", help="Who may sign declarations to the KV.")
app.add_typer(people.activity, name="activity", help="Contracted activity.")
app.add_typer(derived.third_party, name="third-party", help="Third parties (§ 1(1)).")
app.add_typer(register.members, name="members", help="The member register.")
app.add_typer(terms.terms, name="terms", help="Versions of the terms of use.")
app.add_typer(terms.declaration, name="declaration", help="Signed declarations.")
app.add_typer(terms.objection, name="objection", help="Objections to the terms.")
app.add_typer(accesses.access, name="access", help="Accesses.")
app.add_typer(accesses.service, name="service", help="Services of the closed network.")
app.add_typer(stock.key, name="key", help="One YubiKey.")
app.add_typer(keys.keys, name="keys", help="The stock of YubiKeys: where they are, what is due.")
keys.keys.command("station")(station.station)
app.add_typer(stock.gateway, name="gateway", help="Gateways.")
app.add_typer(locks.lock, name="lock", help="Locks and restrictions.")
app.add_typer(anew.anew, name="credentials", help="Credentials anew.")
app.add_typer(journeys.travel, name="travel", help="Travel passes: use from abroad for some days.")
app.add_typer(locks.breach, name="breach", help="Breaches of data protection and their 72 hours.")
app.add_typer(mails.mail, name="mail", help="Mails: what waits, what could not be delivered.")
app.add_typer(colleagues.staff, name="staff", help="Who works at the KV.")
app.add_typer(publishing.provider, name="provider", help="Certified providers of KV-SafeNet.")
publishing.provider.add_typer(ways.range_, name="range", help="Addresses of its participants.")
publishing.provider.add_typer(ways.stop, name="stop", help="Its ranges stop on a day.")
publishing.provider.command("affected")(ways.affected)
app.add_typer(publishing.maintenance, name="maintenance", help="What everybody is told beforehand.")
app.add_typer(handbuch.handbuch, name="handbuch", help="The manual for practices and for the staff.")
app.add_typer(software.software, name="software", help="Client software and who asked for it.")
app.add_typer(billing.billing, name="billing", help="Billing files that practices handed in.")
app.add_typer(documents.documents, name="documents", help="Documents that the KV puts for practices.")
app.add_typer(receipts.receipt, name="receipt", help="Sealed receipts.")
app.add_typer(running.secrets, name="secrets", help="Secrets of this installation.")
app.add_typer(showing.audit, name="audit", help="The audit trail.")
app.command("migrate")(running.migrate)
app.command("run")(running.run)
app.command("serve")(running.serve)
app.command("explain")(showing.explain)
app.command("bench")(running.bench)
