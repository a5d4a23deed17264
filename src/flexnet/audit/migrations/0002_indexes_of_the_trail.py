from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["at", "id"], name="events_by_time"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "at", "id"], name="events_of_a_kind_by_time"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["by", "at", "id"], name="events_of_somebody_by_time"),
        ),
    ]
