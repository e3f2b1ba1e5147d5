
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('panel', '0017_made_under'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoginTries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='user name')),
                ('network', models.CharField(max_length=64, verbose_name='address')),
                ('tries', models.PositiveIntegerField(default=0)),
                ('until', models.DateTimeField(db_index=True, verbose_name='forgotten at')),
            ],
            options={
                'verbose_name': 'login that was tried in vain',
                'verbose_name_plural': 'logins tried in vain',
                'ordering': ('-until',),
                'constraints': [models.UniqueConstraint(fields=('network', 'name'), name='one_count_of_tries')],
            },
        ),
    ]
