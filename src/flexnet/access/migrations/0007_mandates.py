"""A third party hands in for whoever lets it, and no more for a site that a clerk named."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def keep_one(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Of what was permitted for several sites one stays: that this access hands in at all."""
    rows = apps.get_model("access", "Permission").objects.filter(site__isnull=False, until_at=None)
    first: set[int] = set()
    for row in rows.order_by("pk"):
        if row.access_id in first:
            rows.filter(pk=row.pk).update(until_at=timezone.now())
        first.add(row.access_id)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_documents_may_be_permitted"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(keep_one, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=[("paper", "Paper"), ("portal", "Portal")], max_length=6)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("given_at", models.DateTimeField()),
                ("signed_on", models.DateField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="permission",
            name="permitted_once_for_a_site",
        ),
        migrations.RemoveConstraint(
            model_name="permission",
            name="permitted_once",
        ),
        migrations.RemoveField(
            model_name="permission",
            name="site",
        ),
        migrations.AlterField(
            model_name="scan",
            name="declaration",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scan",
                to="access.declaration",
            ),
        ),
        migrations.AddConstraint(
            model_name="permission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)), fields=("access", "function"), name="permitted_once"
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="scan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to="access.scan",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="members.site"
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="third_party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="members.thirdparty"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None), ("until_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="a_mandate_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_on__isnull", False), ("way", "paper")),
                    models.Q(("scan", None), ("signed_on", None), ("way", "portal")),
                    _connector="OR",
                ),
                name="a_mandate_on_paper_was_signed",
            ),
        ),
    ]
