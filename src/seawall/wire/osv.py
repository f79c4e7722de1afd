"""OSV over HTTPS: what changed in its public files, single records, and its API.

Sources: https://google.github.io/osv.dev/data (files), https://google.github.io/osv.dev/api.
"""

import contextlib
import http.client
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from seawall.wire.http import WireError, WireSettings, open_request

FILES = "https://osv-vulnerabilities.storage.googleapis.com"
API = "https://api.osv.dev"
HOSTS = frozenset({"osv-vulnerabilities.storage.googleapis.com", "api.osv.dev"})
LARGEST = 16 << 20
"""Bytes of one answer."""
BATCH = 1000
"""Questions that the API takes at once."""
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z?),(?:[^,\n]+/)?([^,/\n\s]+)")


def read_changes(
    settings: WireSettings, address: str, ecosystem: str, *, named: bool
) -> list[tuple[str, str]]:
    """Return the time of the last change and the id of every record, the newest first.

    Raises WireError.
    """
    url = f"{address.rstrip('/')}/{quote(ecosystem)}/modified_id.csv"
    text = _fetch(settings, url, named=named, limit=LARGEST * 4).decode("utf-8", "replace")
    return sorted(_LINE.findall(text), reverse=True)


def read_record(
    settings: WireSettings, address: str, ecosystem: str, name: str, *, named: bool
) -> bytes:
    """Return one record of the public files. Raises WireError."""
    url = f"{address.rstrip('/')}/{quote(ecosystem)}/{quote(name)}.json"
    return _fetch(settings, url, named=named, limit=LARGEST)


def ask_api(
    settings: WireSettings,
    questions: Sequence[tuple[str, str, str]],
    *,
    address: str = API,
) -> Iterator[bytes]:
    """Yield the records that the API has about packages (ecosystem, name, version), each once.

    Raises WireError.
    """
    named = address != API
    names: dict[str, None] = {}
    for at in range(0, len(questions), BATCH):
        asked: list[dict[str, object]] = [
            {"package": {"ecosystem": ecosystem, "name": name}, "version": version}
            for ecosystem, name, version in questions[at : at + BATCH]
        ]
        while asked:
            answers = _ask(settings, address, asked, named=named)
            more = []
            for question, answer in zip(asked, answers, strict=False):
                names |= dict.fromkeys(_ids(answer))
                token = answer.get("next_page_token") if isinstance(answer, dict) else None
                if token:
                    more.append({**question, "page_token": token})
            asked = more
    for name in names:
        yield _fetch(settings, f"{address}/v1/vulns/{quote(name)}", named=named, limit=LARGEST)


def _ids(answer: object) -> Iterable[str]:
    found = answer.get("vulns") if isinstance(answer, dict) else None
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield one["id"]


def _ask(
    settings: WireSettings, address: str, asked: list[dict[str, object]], *, named: bool
) -> list[object]:
    body = json.dumps({"queries": asked}).encode()
    content = _fetch(
        settings, f"{address}/v1/querybatch", named=named, limit=LARGEST, method="POST", body=body
    )
    try:
        answers = json.loads(content)["results"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WireError(f"{address} gave no answer that can be read") from error
    if not isinstance(answers, list) or len(answers) != len(asked):
        raise WireError(f"{address} did not answer every question")
    return answers


def _fetch(
    settings: WireSettings,
    url: str,
    *,
    named: bool,
    limit: int,
    method: str = "GET",
    body: bytes = b"",
) -> bytes:
    """Return the whole body of an answer. Raises WireError when there is none, or too much."""
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        with contextlib.closing(
            open_request(
                settings, url, method=method, headers=headers, body=body, hosts=HOSTS, named=named
            )
        ) as connection:
            response = connection.getresponse()
            content = response.read(limit + 1)
    except (OSError, http.client.HTTPException) as error:
        raise WireError(f"{url} broke off") from error
    if response.status != http.client.OK:
        raise WireError(f"{url} answered {response.status}")
    if len(content) > limit:
        raise WireError(f"{url} answered more than {limit:,} bytes")
    return content
