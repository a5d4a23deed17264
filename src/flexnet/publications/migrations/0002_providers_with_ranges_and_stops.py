"""Each provider is a row of its own, with the ranges of its participants and what stops them."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q


def name_them(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """One for each name that a certificate has."""
    provider, certificate = (apps.get_model("publications", name) for name in ("Provider", "Certificate"))
    for name in certificate.objects.values_list("name", flat=True).distinct().order_by("name"):
        row = provider.objects.create(name=name)
        certificate.objects.filter(name=name).update(provider=row)


def _id() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of_provider(related_name: str, *, null: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="publications.provider",
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0006_documents_may_be_permitted"), ("publications", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Provider",
            fields=[("id", _id()), ("name", models.CharField(max_length=120, unique=True))],
        ),
        migrations.AddField("certificate", "provider", _of_provider("certificates", null=True)),
        migrations.RunPython(name_them, elidable=False),
        migrations.CreateModel(
            name="Edition", fields=[("id", _id()), ("number", models.PositiveIntegerField())]
        ),
        migrations.CreateModel(
            name="Range",
            fields=[
                ("id", _id()),
                ("network", models.CharField(max_length=43)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("entered_at", models.DateTimeField()),
                ("provider", _of_provider("ranges")),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", _id()),
                ("decided_at", models.DateTimeField()),
                ("decided_by", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("stops_on", models.DateField()),
                ("is_extraordinary", models.BooleanField(default=False)),
                ("written_on", models.DateField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("provider", _of_provider("stops")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(written_on=None) | Q(written_on__lt=F("stops_on")),
                        name="written_to_before_it_stops",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                ("id", _id()),
                ("last_at", models.DateTimeField()),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.access"
                    ),
                ),
                ("provider", _of_provider("uses")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["access", "provider"], name="one_use_of_a_provider")
                ],
                "indexes": [models.Index(fields=["provider", "last_at"], name="uses_of_a_provider")],
            },
        ),
    ]
