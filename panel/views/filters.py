"""What the ledger's pages are asked for, as it stands in their addresses."""

from datetime import datetime
from typing import Any

from django import forms

from panel.models import Click
from panel.selectors import history, ledger
from panel.written import day_of, moment_of

ANY = [("", "any")]
LONGEST = 100


class MomentField(forms.CharField):
    """A day, or a moment of it, in UTC: `2026-11-21`, `2026-11-21T14:30`. As an end, a day is over at its midnight."""

    widget = forms.TextInput(attrs={"placeholder": "2026-11-21 14:30", "autocomplete": "off", "size": 17})
    default_error_messages = {"moment": "Give a day such as 2026-11-21, or a moment such as 2026-11-21 14:30, in UTC."}

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.is_end = is_end

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = day_of(text, is_end=self.is_end) or moment_of(text)
        if moment is None:
            raise forms.ValidationError(self.error_messages["moment"], "moment")
        return moment


def _text(label: str, **attributes: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=forms.TextInput(attrs=attributes))


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=ANY + choices)


class PeriodForm(forms.Form):
    """From when, until when."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="", use_required_attribute=False)
        # `from` is a word of Python, so no field could be declared under this name.
        self.fields["from"] = MomentField(label="From (UTC)")
        self.fields["to"] = MomentField(label="To (UTC)", is_end=True)

    def period(self) -> dict[str, Any]:
        return {"since": self.cleaned_data["from"], "until": self.cleaned_data["to"]}


class ClicksForm(PeriodForm):
    agent = _text("Agent", list="agents", placeholder="1000, alice or a name", autocomplete="off")
    action = _choice("What", list(ledger.ACTIONS.items()))
    clip = _text("Clip", list="clips", autocomplete="off")
    status = _choice("Click ended", list(Click.Status.choices))
    end = _choice("Clip ended", list(Click.PlayEnd.choices))
    text = _text("Text", placeholder="in any remark")

    def asked(self) -> ledger.Asked:
        said = {name: self.cleaned_data[name] for name in ("agent", "action", "clip", "status", "end", "text")}
        return ledger.Asked(**said, **self.period())


class ChangesForm(PeriodForm):
    what = _choice("What", [(what, what) for what in history.HISTORIES])

    def asked(self) -> history.Asked:
        return history.Asked(what=self.cleaned_data["what"], **self.period())
