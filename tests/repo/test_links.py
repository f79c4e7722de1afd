"""Every relative link of the documentation leads to something that is there."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "guard").glob("*.md")])
LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.M
)


def without_code(text: str) -> str:
    """Blank what is an example and no link."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """Return the places of a page that can be linked to, as GitHub names them."""
    found: dict[str, int] = {}
    names = set()
    text = re.sub(r"^(```|~~~).*?^\1", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,6} +(.+?)\s*#*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        names.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return names | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def leads_somewhere(page: Path, link: str) -> bool:
    """Tell whether a link of a page has an end; what leads outside is not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not parts.fragment or target.suffix != ".md" or parts.fragment in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = without_code(page.read_text(encoding="utf-8"))
    links = [match[1] or match[2] for match in LINK.finditer(text)]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_the_pages_that_a_newcomer_looks_for_are_there() -> None:
    names = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
    for name in (*names, "docs/design.md", "docs/development.md"):
        assert (ROOT / name).stat().st_size > 200, name
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert (ROOT / "guard" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
