"""Keys are programmed at the key desk, and closed into bags with numbered seals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0002_stock"),
    ]

    operations = [
        migrations.CreateModel(
            name="Programming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(db_index=True, max_length=20)),
                ("digits", models.PositiveSmallIntegerField()),
                ("identifier", models.CharField(blank=True, max_length=12)),
                ("counter", models.BigIntegerField()),
                ("slot", models.PositiveSmallIntegerField()),
                ("model", models.CharField(blank=True, max_length=40)),
                ("firmware", models.CharField(blank=True, max_length=12)),
                ("sealed_seed", models.BinaryField(null=True)),
                ("sealed_access_code", models.BinaryField()),
                ("begun_at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField(null=True)),
                ("proven_at", models.DateTimeField(null=True)),
                ("given_up_at", models.DateTimeField(null=True)),
                ("given_up_why", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="movement",
            name="seal",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("seal", ""), _negated=True),
                fields=("seal",),
                name="a_seal_closes_one_bag",
            ),
        ),
        migrations.AddConstraint(
            model_name="programming",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_up_at", None), ("proven_at", None)),
                fields=("serial",),
                name="one_programming_of_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="programming",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed_seed", None),
                    models.Q(("given_up_at", None), ("proven_at", None), ("sealed_seed__isnull", False)),
                    _connector="XOR",
                ),
                name="a_seed_waits_for_a_touch",
            ),
        ),
    ]
