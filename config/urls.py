"""Which address leads where: the admin here, everything else in the panel."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("panel.urls")),
]
