from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("panel", "0018_login_tries")]

    operations = [
        migrations.CreateModel(
            name="DialerHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=255, unique=True)),
            ],
            options={"ordering": ("host",)},
        ),
    ]
