import django.db.models.deletion
from django.db import migrations, models


def mark_main_doors(apps, schema_editor):  # type: ignore[no-untyped-def]  # as Django calls it
    """A third party's is the tunnel, everybody else's the portal."""
    intervals = apps.get_model("access", "Interval").objects
    third_parties = apps.get_model("access", "Access").objects.filter(kind="third_party")
    intervals.filter(channel="portal").exclude(access__in=third_parties).update(at_main_door=True)
    intervals.filter(channel="vpn_sign_in", access__in=third_parties).update(at_main_door=True)


def name_accesses(apps, schema_editor):  # type: ignore[no-untyped-def]  # as Django calls it
    """As their accounts."""
    account = apps.get_model("accounts", "Account").objects.filter(pk=models.OuterRef("account"))
    name = models.Subquery(account.values("user_name"))
    apps.get_model("access", "Access").objects.update(user_name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0013_folded_holders"),
    ]

    operations = [
        migrations.AddField(
            model_name="access",
            name="user_name",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(name_accesses, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="access",
            name="user_name",
            field=models.CharField(max_length=64, unique=True),
        ),
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["kind", "user_name", "id"], name="accesses_of_a_kind_by_name"),
        ),
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["folded", "id"], name="accesses_by_folded_holder"),
        ),
        migrations.RemoveIndex(
            model_name="interval",
            name="intervals_by_reason",
        ),
        migrations.AddField(
            model_name="interval",
            name="at_main_door",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="interval",
            name="access",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="intervals",
                to="access.access",
            ),
        ),
        migrations.RunPython(mark_main_doors, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="interval",
            index=models.Index(
                fields=["channel", "reason", "until_at", "from_at", "at_main_door", "access"],
                name="intervals_by_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="interval",
            index=models.Index(fields=["access", "channel", "reason"], name="intervals_by_access"),
        ),
    ]
