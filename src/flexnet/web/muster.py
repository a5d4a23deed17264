"""The sample page: every component in all its states; only where the configuration says debug."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from flexnet.lib import paragraphs
from flexnet.manual import markdown
from flexnet.web import refusals, texts
from flexnet.web.navigation import Link
from flexnet.web.status import Status

STATES = (
    Status("Hochgeladen", "clock"),
    Status("Eingereicht", "check", "ok"),
    Status("Noch nicht eingereicht", "warning", "warning"),
    Status("Abgelehnt", "error", "error"),
)

_AREAS = tuple(
    Link(f"#{word}", word, word == "Anträge", 3 if word == "Freigaben" else 0)
    for word in ("Schreibtisch", "Suchen", "Anträge", "Praxen", "Zugänge", "Freigaben")
)

_MANUAL = """
1. Ein Schritt mit **wichtigem** Wort.

   ![Die Startseite des Portals.](portal-anmelden.png "Was man dann sieht")

2. Ein Befehl: `flexnet-client status`

> **Was man nicht übersehen darf.** Es steht für sich.

| Was Sie lesen | Was hilft |
|---|---|
| „Ihr Zugang ist gesperrt.“ | Rufen Sie uns an. |

```
sudo flexnet-client check
```
"""


class Sample(forms.Form):
    tick = forms.BooleanField(label="Ich nehme die Nutzungsbedingungen an.")
    empty = forms.CharField(label="Benutzername", help_text="Er steht in dem Brief, den Sie von uns haben.")
    wrong = forms.EmailField(label="E-Mail-Adresse", help_text="Zum Beispiel praxis@beispiel.de")
    secret = forms.CharField(label="Kennwort", widget=forms.PasswordInput)
    text = forms.CharField(
        label="Warum?", help_text="Das steht im Protokoll.", widget=forms.Textarea(attrs={"rows": 2})
    )
    file = forms.FileField(label="Abrechnungsdatei", help_text="Höchstens 200 MB.", required=False)
    practice = forms.BooleanField(label="Praxiszugang", help_text="Für die Betriebsstätte.")
    personal = forms.BooleanField(label="Persönlicher Zugang", required=False)
    lines = forms.CharField(label="Begründung", widget=forms.Textarea(attrs={"rows": "3"}), required=False)
    kind = forms.ChoiceField(
        label="Was möchten Sie einreichen?",
        choices=[("echt", "Echtabrechnung"), ("test", "Testabrechnung")],
        widget=forms.RadioSelect,
    )
    several = forms.MultipleChoiceField(
        label="Rollen",
        choices=[("clerk", "Sachbearbeitung"), ("key_desk", "Schlüsselausgabe")],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self["practice"], self["personal"]]


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    form = Sample({"wrong": "praxis@", "secret": "x", "empty": "pr123", "kind": "alles"})
    fine = Sample(initial={"kind": "echt"}, auto_id="fine_%s")
    entries = [
        SimpleNamespace(
            title="2027-1-000042-7",
            url="#",
            status=STATES[1],
            facts="Q1/2027 · BSNR 859999900 · Echtabrechnung · 3,4 MB · 15.01.2027, 14:03 Uhr",
        ),
        SimpleNamespace(
            title="Z01859999900_15.01.2027_13.58.CON",
            url="#",
            status=STATES[2],
            facts="Q1/2027 · BSNR 859999900 · Echtabrechnung · 3,4 MB · 15.01.2027, 14:03 Uhr",
        ),
    ]
    tasks = [
        SimpleNamespace(
            kind="warning",
            icon="warning",
            title="Ihre Abrechnung ist noch nicht eingereicht",
            text="Q1/2027, BSNR 859999900. Noch 3 Tage, bis Freitag, 15. Januar 2027, 24:00 Uhr.",
            url="#",
            button="Prüfen und einreichen",
        ),
        SimpleNamespace(
            kind="info",
            icon="key",
            title="Ihr Kennwort läuft ab",
            text="Noch 12 Tage.",
            url="#",
            button="Kennwort ändern",
        ),
    ]
    rules = [
        SimpleNamespace(name="length", value="12", text="mindestens 12 Zeichen"),
        SimpleNamespace(name="bytes", value="64", text="höchstens 64 Bytes"),
    ]
    problems = [
        {
            "what": "Die Datei ist leer.",
            "cure": "Erzeugen Sie die Abrechnungsdatei in Ihrem Praxisprogramm noch einmal.",
        }
    ]
    old = "# § 2 Kennwort\n\nDas Kennwort hat mindestens zehn Zeichen.\n\nSchreiben Sie es auf keinen Zettel."
    new = "# § 2 Kennwort\n\nDas Kennwort hat mindestens zwölf Zeichen.\n\n# § 3 Kosten\n\nSie ist frei."
    at = datetime(2027, 1, 15, 13, 3, tzinfo=UTC)
    attached = SimpleNamespace(name="Statistik.pdf", url="#", facts="PDF, 120 KB")
    thread = [
        SimpleNamespace(
            author="KVSA, Sachbearbeitung",
            at=at,
            is_new=True,
            text="Bitte sehen Sie die Statistik an.",
            attachments=[attached],
        ),
        SimpleNamespace(
            author="Praxis am Markt",
            at=at,
            is_own=True,
            text="Das haben wir getan.\n\nSie stimmt.",
            receipt="Gelesen am 16.01.2027, 09:12 Uhr",
        ),
    ]
    context = {
        "thread": thread,
        "changes": paragraphs.changes(old, new),
        "blocks": texts.blocks(new),
        "manual": markdown.blocks(_MANUAL),
        "states": STATES,
        "form": form,
        "fine": fine,
        "entries": entries,
        "areas": _AREAS,
        "tasks": tasks,
        "rules": rules,
        "problems": problems,
        "why": refusals.Why(
            "Das geht nicht über KV-SafeNet, sondern nur über KV-FlexNet.",
            "Verbinden Sie sich mit KV-FlexNet und melden Sie sich neu an.",
            "§ 2 Abs. 5 Nutzungsbedingungen",
        ),
    }
    return render(request, "web/muster.html", context)
