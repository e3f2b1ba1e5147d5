"""What browsers are told to refuse, and where that must be a little less."""

from typing import Final

from csp.constants import NONE, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from panel.embedding import is_embedded
from panel.selectors.embedding import framing_origins

# Unfold's pages are made alive by Alpine, which compiles the expressions in its attributes and shows and hides by
# setting the style attribute, and its colours are a <style> element. It runs no inline script.
_ADMIN: Final = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The policy of the settings, loosened under /admin/ by what the admin's theme can't do without, and for the panel
    in a frame by who may frame it.
    """

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the signature is django-csp's
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.update = {**_ADMIN, **(parts.update or {})}
        if is_embedded(request):
            parts.replace = {**(parts.replace or {}), "frame-ancestors": framing_origins(request.user) or [NONE]}
        return parts
