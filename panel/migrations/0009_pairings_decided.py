from django.db import migrations, models


def forget(apps, _):
    """Codes live for minutes, and what the old columns say of them can't be told in the new ones."""
    apps.get_model("panel", "Pairing").objects.all().delete()
    apps.get_model("panel", "WrongCode").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("panel", "0008_proved"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AlterModelOptions(name="pairing", options={"ordering": ("-created_at",)}),
        migrations.RenameField("pairing", "refused_at", "decided_at"),
        migrations.AddField("pairing", "collected_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "pairing", "network", models.CharField(blank=True, db_index=True, default="", max_length=64)
        ),
        migrations.RenameField("wrongcode", "address", "network"),
        migrations.AddField("wrongcode", "by_link", models.BooleanField(default=False)),
    ]
