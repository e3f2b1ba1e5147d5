"""Which address leads where: the admin here, everything else in the panel."""

from django.contrib import admin
from django.urls import include, path

from panel.views import pages

urlpatterns = [
    # One way to log in for everybody; who is logged in and may not see the admin gets a 403.
    path("admin/login/", pages.admin_login),
    path("admin/", admin.site.urls),
    path("", include("panel.urls")),
]
