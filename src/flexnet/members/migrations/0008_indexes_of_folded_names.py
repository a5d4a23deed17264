from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_imports_of_the_register"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(fields=["folded", "id"], name="practices_by_folded_name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["folded", "id"], name="people_by_folded_name"),
        ),
    ]
