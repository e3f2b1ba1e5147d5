"""No text of an address or a form holds a NUL: no person writes one, and PostgreSQL takes none."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.utils.deprecation import MiddlewareMixin

NUL = "\0"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class PlainTextMiddleware(MiddlewareMixin):
    """Answers 400 where one stands, before a view reads it. Bodies that are no forms are their readers' business."""

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """BadRequest for a NUL in the path, the query or the form."""
        is_form = request.method == "POST" and request.content_type in FORMS
        if NUL in request.path or _holds_nul(request.GET) or (is_form and _holds_nul(request.POST)):
            raise BadRequest("A NUL is no text.")


def _holds_nul(query: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in query.lists())
