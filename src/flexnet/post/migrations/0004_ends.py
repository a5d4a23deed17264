"""An end that nobody gave notice of is told by letter, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_word_requests"),
        ("keys", "0004_key_files"),
        ("members", "0001_initial"),
        ("post", "0003_more_letters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="item",
            name="an_item_is_about_what_its_kind_says",
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", True),
                        ("key__isnull", True),
                        ("kind__in", ["welcome", "password", "word"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", True),
                        ("key__isnull", False),
                        ("kind__in", ["key", "return"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", True),
                        ("key__isnull", True),
                        ("kind__in", ["lock"]),
                        ("lock__isnull", False),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", True),
                        ("key__isnull", True),
                        ("kind__in", ["end"]),
                        ("lock__isnull", True),
                        ("notice__isnull", False),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", False),
                        ("key__isnull", True),
                        ("kind__in", ["end"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("address__isnull", True),
                        ("charge__isnull", False),
                        ("due_on__isnull", True),
                        ("key__isnull", True),
                        ("kind__in", ["charge"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    models.Q(
                        ("access__isnull", True),
                        ("address__isnull", True),
                        ("charge__isnull", True),
                        ("due_on__isnull", False),
                        ("key__isnull", True),
                        ("kind__in", ["reminder"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", False),
                    ),
                    models.Q(
                        ("access__isnull", True),
                        ("address__isnull", False),
                        ("charge__isnull", True),
                        ("due_on__isnull", True),
                        ("key__isnull", True),
                        ("kind__in", ["new_address"]),
                        ("lock__isnull", True),
                        ("notice__isnull", True),
                        ("terms__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="an_item_is_about_what_its_kind_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "end"), ("notice", None), ("returned_at", None), ("void_at", None)
                ),
                fields=("access", "due_on"),
                name="one_letter_about_an_end",
            ),
        ),
    ]
