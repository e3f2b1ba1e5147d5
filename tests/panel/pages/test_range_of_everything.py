"""Whatever is written into an address or a form, the answer is one that was thought of: never 500."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Field
from django.test import Client
from django.urls import reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone

from panel.models import Alert, Click, Pairing, Session, Token
from panel.services.pairings import begin
from panel.services.tokens import issue
from panel.urls import urlpatterns
from panel.views.filters import ChangesForm, ClicksForm

MOMENTS = (
    "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "0001-01-01", "9999-12-31", "0000-00-00", "10000-01-01",
    "2026-02-30", "2026-11-21T25:61", "2026-11-21T12:00+99:99",
)  # fmt: skip
NUMBERS = ("²", "٣", "-1", "1" * 30, "9" * 5000, "1e999", "nan", "0x10", "9223372036854775808")
TEXTS = ("\0", "a\0b", "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", "\u202e", "a" * 20_000, "'\"<%s>{{1}}")
HOSTILE: tuple[str | bytes, ...] = (*MOMENTS, *NUMBERS, *TEXTS)
FEW: tuple[str | bytes, ...] = ("\0", MOMENTS[0], "²", "9" * 5000)
"""One of each kind, for pages that take long to show."""

THOUGHT_OF = {200, 302, 400, 403, 404}
OF_THE_API = THOUGHT_OF | {401, 405, 410, 413, 429}

PAGES: dict[str, tuple[str, ...]] = {
    "home": (), "logout": (), "wall": (), "devices": (), "healthz": (), "readyz": (), "metrics": (),
    "login": ("next", "embed"),
    "panel": ("embed", "agent_user", "dialer"),
    "ledger": ("before", *ClicksForm({}).fields),
    "ledger-file": ("before", *ClicksForm({}).fields),
    "ledger-configuration": ("before", *ChangesForm({}).fields),
    "pair": ("code", "decision"),
}  # fmt: skip
"""Which page reads what of its address. `before` is a mark: a moment and a key."""
MARKS = (
    *(f"{moment}_1" for moment in MOMENTS),
    *(f"2026-11-21T12:00:00Z_{key}" for number in (*NUMBERS, "\0") for key in (number, f"agent-{number}")),
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Django's own lists take moments without a zone.
    pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime"),
]


@pytest.fixture
def answered() -> Counter[str]:
    """What was answered otherwise than thought of; empty in the end."""
    return Counter()


@pytest.fixture
def window():
    """The browser of somebody, or of nobody. A failure inside is a 500 to it, and its cookies stay as they are."""

    def of(user: User | None = None) -> Client:
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        return client

    return of


def written(value: str | bytes) -> str:
    return quote(value, safe="")


def query(name: str, value: str | bytes) -> str:
    return f"{written(name)}={written(value)}"


def look(client: Client, address: str, answered: Counter[str], thought_of: set[int] = THOUGHT_OF) -> None:
    answer = client.get(address)
    # A page that is read while it is sent fails in the middle.
    if not answer.streaming and answer.status_code not in thought_of:
        answered[f"{answer.status_code} {address[:120]}"] += 1


def test_addresses_of_pages(window, ada, alice, answered):
    agent, admins, nobody = window(alice.user), window(ada), window()
    also_thought_of = {"logout": {405}, "readyz": {503}, "pair": {429}}
    for name, read in PAGES.items():
        thought_of = THOUGHT_OF | also_thought_of.get(name, set())
        client = agent if name in {"panel", "pair", "devices"} else nobody if name == "login" else admins
        look(client, reverse(name), answered, thought_of)
        for parameter in (*read, "nobody-reads-this"):
            for value in values_for(name, parameter):
                cache.clear()
                also = "&embed=1" if parameter in {"agent_user", "dialer"} else ""
                look(client, f"{reverse(name)}?{query(parameter, value)}{also}", answered, thought_of)
    assert answered == {}


def values_for(name: str, parameter: str) -> tuple[str | bytes, ...]:
    """All there are, but few for what is read by the same code elsewhere, or by nobody."""
    if name == "ledger-file" or parameter not in {"before", "from", "agent_user", "code"}:
        return FEW
    return (*MARKS, *FEW) if parameter == "before" else HOSTILE


def test_every_page_is_in_the_list():
    named = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern) and pattern.name}
    assert named - {"revoke", "take_back"} == set(PAGES)


def test_addresses_with_numbers_in_them(window, ada, alice, answered):
    agent, admins = window(alice.user), window(ada)
    for value in HOSTILE:
        for address in ("/devices/{}/revoke/", "/devices/waiting/{}/take-back/"):
            answer = agent.post(address.format(written(value[:200])))
            if answer.status_code not in THOUGHT_OF:
                answered[f"{answer.status_code} {address} {value[:40]!r}"] += 1
    for model in admin.site._registry:
        for value in FEW:
            look(admins, f"{listing(model)}{written(value[:200])}/change/", answered)
    assert answered == {}


def test_forms_of_everybody(window, alice, answered):
    nobody, agent = window(), window(alice.user)
    forms = ((nobody, "/login/", ("username", "password", "next")), (agent, "/pair/", ("code", "decision")))
    for client, address, names in forms:
        for name in names:
            for value in HOSTILE:
                cache.clear()
                post(client, address, dict.fromkeys(names, "x") | {name: value}, answered, THOUGHT_OF | {429})
    assert answered == {}


def post(
    client: Client, address: str, form: dict[str, Any], answered: Counter[str], thought_of: set[int] = THOUGHT_OF
) -> None:
    body = "&".join(
        query(name, value if isinstance(value, (str, bytes)) else str(value)) for name, value in form.items()
    )
    answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
    if answer.status_code not in thought_of:
        wrong = [name for name, value in form.items() if value in HOSTILE]
        answered[
            f"{answer.status_code} POST {address} {wrong[:3]} {str(form.get(wrong[0]) if wrong else '')[:40]!r}"
        ] += 1


def test_bodies_and_headers_of_the_api(alice, answered):
    secret, _ = issue_token(alice)
    client = Client(raise_request_exception=False)
    origin = {"Origin": ORIGIN}
    for value in HOSTILE:
        said = value if isinstance(value, str) else value.decode("latin-1")
        for address, key in (("pairings", "name"), ("pairings/poll", "key")):
            for body in (
                json.dumps({key: said}),
                json.dumps({key: said}).encode("utf-8"),
                written(value),
                said.encode(),
            ):
                answer = client.post(f"/api/v1/{address}/", body, content_type="application/json", headers=origin)
                if answer.status_code not in OF_THE_API | {201}:
                    answered[f"{answer.status_code} {address} {body[:60]!r}"] += 1
                Pairing.objects.all().delete()
        for token in (said, f"Bearer {said}", f"Bearer {secret} {said}"):
            sent = token.encode("latin-1", "replace").decode("latin-1")
            for address in ("me", "board"):
                look_as(client, f"/api/v1/{address}/", sent, answered)
        look(client, f"/api/{written(value[:200])}", answered, OF_THE_API)
    assert answered == {}


ORIGIN = "chrome-extension://aelpoehmpbiehbijfobiodkejdcjjgmf"


def issue_token(agent: Any) -> tuple[str, Token]:
    return issue(agent, ORIGIN, "Chrome", timezone.now())


def look_as(client: Client, address: str, authorization: str, answered: Counter[str]) -> None:
    answer = client.get(address, headers={"Authorization": authorization})
    if answer.status_code not in OF_THE_API:
        answered[f"{answer.status_code} {address} {authorization[:60]!r}"] += 1


def listing(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def parameters(page: Any) -> Iterator[str]:
    """What a list of the admin reads of its address: what all of them read, asked of one, and its own filters."""
    if page.model is Click:
        yield from ("q", "p", "o", "all", "id__exact", "_to_field", "nobody__reads__this")
    for name in filter(lambda name: isinstance(name, str), page.list_filter):
        field: Field[Any, Any] = page.model._meta.get_field(name.split("__", maxsplit=1)[0])
        yield f"{name}__id__exact" if field.is_relation else f"{name}__exact"
        if field.get_internal_type() == "DateTimeField":
            yield from (f"{name}__gte", f"{name}__lt", f"{name}__year")


@pytest.fixture
def rows(alice):
    """One row at least in most lists."""
    now = timezone.now()
    Session.objects.create(agent=alice)
    Alert.objects.create(kind="capture_long", agent=alice, text="", raised_at=now)
    begin(ORIGIN, "Chrome", "127.0.0.1", now)
    issue_token(alice)


def test_lists_of_the_admin(rows, window, ada, answered):
    client = window(ada)
    for model, page in admin.site._registry.items():
        for name in parameters(page):
            for value in FEW:
                look(client, f"{listing(model)}?{query(name, value)}", answered)
    assert answered == {}


def test_forms_of_the_admin(rows, window, ada, answered):
    client = window(ada)
    for model in admin.site._registry:
        address = listing(model)
        chosen = {"action": "delete_selected", "_selected_action": "1", "index": "0", "select_across": "0"}
        filled = form_of(client.get(f"{address}add/"))
        for value in FEW[1:4:2]:
            post(client, address, dict.fromkeys(chosen, value), answered)
            post(client, address, chosen | {"_selected_action": value}, answered)
            if filled:
                post(client, f"{address}add/", dict.fromkeys(filled, value), answered)
    assert answered == {}


def test_each_field_of_the_admin_s_forms(window, ada, answered, rf):
    request = rf.get("/")
    request.user = ada
    for page in admin.site._registry.values():
        if not page.has_add_permission(request):
            continue
        form_class = page.get_form(request, change=False)
        for name in form_class.base_fields:
            for value in HOSTILE:
                text = value if isinstance(value, str) else value.decode("utf-8", "replace")
                form_class(data={name: text}).is_valid()


def form_of(shown: Any) -> dict[str, Any]:
    """What a new row's page would send, that of the rows inside it included; nothing where nobody makes new ones."""
    if shown.status_code != 200:
        return {}
    tables = [inline.formset.management_form for inline in shown.context["inline_admin_formsets"]]
    forms = (shown.context["adminform"].form, *tables)
    return {form.add_prefix(name): "" for form in forms for name in form.fields}


def test_names_that_are_offered_in_the_admin(rows, window, ada, answered):
    client = window(ada)
    asked = {"app_label": "panel", "model_name": "button", "field_name": "clip", "term": "a", "page": "1"}
    address = reverse("admin:autocomplete")
    for name in asked:
        for value in HOSTILE:
            words = "&".join(query(*pair) for pair in (asked | {name: value}).items())
            look(client, f"{address}?{words}", answered)
    assert answered == {}
