"""The vendor's call: composed to the fixed host, judged by the documented answers."""

import pytest

from seawall.core.finding import Evidence
from seawall.engines.secrets.live import Ask, ask_vendor, compose, judge
from seawall.model.detector import LiveCheck
from seawall.wire.http import Answer, WireError

CHECK = LiveCheck(
    url="https://api.vendor.example/me",
    headers={"Authorization": "Bearer {secret}", "X-Basic": "Basic {basic:secret}"},
)


def test_the_secret_goes_where_the_vendor_wants_it() -> None:
    ask = compose(CHECK, "se/cret:")
    assert ask.headers == {"Authorization": "Bearer se/cret:", "X-Basic": "Basic c2UvY3JldDo="}
    assert ask.host == "api.vendor.example"


def test_in_a_url_it_is_quoted_and_cannot_change_the_host() -> None:
    check = LiveCheck(url="https://api.vendor.example/v1?key={secret}")
    ask = compose(check, "@evil.example/#&x")
    assert ask.host == "api.vendor.example"
    assert ask.url == "https://api.vendor.example/v1?key=%40evil.example%2F%23%26x"


def test_no_trace_shows_it() -> None:
    assert "hidden" not in repr(compose(CHECK, "hidden"))


@pytest.mark.parametrize(
    ("status", "evidence"), [(200, Evidence.PROVEN), (401, Evidence.REFUTED), (500, None)]
)
def test_the_answer_decides(status: int, evidence: Evidence | None) -> None:
    assert judge(CHECK, Answer(status=status, body=b"")).evidence is evidence


def test_a_body_that_must_be_there_is_wanted() -> None:
    check = LiveCheck(url="https://a.example/", live_body='"ok":true')
    assert judge(check, Answer(status=200, body=b'{"ok":false}')).evidence is None
    assert judge(check, Answer(status=200, body=b'{"ok":true}')).evidence is Evidence.PROVEN


def test_a_host_that_cannot_be_reached_changes_nothing() -> None:
    def fails(ask: Ask) -> Answer:
        raise WireError(f"{ask.host} could not be asked")

    answer = ask_vendor(CHECK, "hidden", fails)
    assert answer.evidence is None
    assert "hidden" not in answer.proof.summary
