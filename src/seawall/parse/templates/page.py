"""Follows a page as a browser reads it, to know where in it a value would stand.

Templates cut pages to pieces, so nothing here demands that a page is whole: every text is read on
from the state in which the last one ended, in one pass.
"""

import re
from typing import NamedTuple

from seawall.model.template import State

MAX_NAME = 40
"""Longer names of tags and attributes, and starts of values, are of no interest."""
RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
"""Tags in which no other tags are read."""
_LINKS = frozenset(
    {("a", "href"), ("area", "href"), ("form", "action"), ("button", "formaction")}
    | {("input", "formaction"), ("base", "href"), ("a", "xlink:href"), ("use", "xlink:href")}
    | {("iframe", "src"), ("frame", "src")}
)
_CODE = frozenset({("script", "src"), ("embed", "src"), ("object", "data")})
_EVENTS = re.compile(
    r"on[a-z]+$|@|:|x-(?:data|init|on|bind|show|if|for|effect|html|model)|v-(?!pre|cloak)|hx-on|ng-"
)
"""Attributes whose value is code: the browser's own, and those of some libraries."""
_SCRIPT_TYPE = re.compile(
    r"(?:text|application)/(?:x-)?(?:java|ecma)script|module|text/babel", re.I
)
_SPACE = " \t\n\r\f"
_OPEN = re.compile(r"<(?:!--|[!?]|/?[a-zA-Z]|/?\Z)")
_TAG_NAME = re.compile(r"[^\s/>]*")
_VALUE_END = re.compile(r"[\s>]")
_ATTRIBUTE = re.compile(r"[^\s/>=]+")
_SCRIPT_PART = re.compile(r"['\"`\n]|//|/\*|/")
_STRING_END = {
    "'": re.compile(r"\\.|['\n]", re.S),
    '"': re.compile(r"\\.|[\"\n]", re.S),
    "`": re.compile(r"\\.|`", re.S),
    "//": re.compile(r"\n"),
    "/*": re.compile(r"\*/"),
}
_EXPRESSION = re.compile(r"/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/")
MAX_EXPRESSION = 200


class Place(NamedTuple):
    """What there is to say of a value that would stand here."""

    context: str
    quote: str
    tag: str
    attribute: str


class Page:
    """Reads a page piece by piece."""

    def __init__(self, state: State = State()) -> None:  # noqa: B008 - it is immutable
        self.restore(state)

    def restore(self, state: State) -> None:
        """Go back to a state that was saved."""
        self._mode = state.mode
        self._tag = state.tag
        self._attribute = state.attribute
        self._quote = state.quote
        self._value = state.value
        self._script = state.script
        self._kind = state.kind

    def save(self) -> State:
        """Return the state as it is."""
        return State(
            self._mode,
            self._tag,
            self._attribute,
            self._quote,
            self._value,
            self._script,
            self._kind,
        )

    def place(self) -> Place:
        """Return where a value would stand; in a tag the tag's name is given, else ""."""
        mode = self._mode
        if mode in ("text", "raw"):
            tag = self._tag if mode == "raw" else ""
            if tag == "script":
                if self._kind:
                    return Place("script-data", "", tag, "")
                string = self._script in ("'", '"')
                return Place("script-string" if string else "script", self._script, tag, "")
            return Place("style" if tag == "style" else "text", "", tag, "")
        if mode in ("comment", "bogus"):
            return Place("comment", "", "", "")
        if mode in ("before-value", "value"):
            context = self._value_context()
            return Place(context, self._quote, self._tag, self._attribute)
        return Place("tag", "", self._tag, self._attribute if mode == "attribute" else "")

    def _value_context(self) -> str:
        name = self._attribute
        value = self._value.lstrip(_SPACE).lower()
        if _EVENTS.match(name) or value.startswith("javascript:"):
            return "event"
        if not self._quote:
            return "unquoted"
        if name == "style":
            return "style"
        if name == "srcdoc":
            return "srcdoc"
        if not value:
            if (self._tag, name) in _CODE:
                return "code-url"
            if (self._tag, name) in _LINKS:
                return "url"
        return "quoted"

    def write(self) -> None:
        """Go on behind a value of which nothing is known."""
        mode = self._mode
        if mode == "before-value":
            self._mode, self._quote, self._value = "value", "", "?"
        elif mode == "value":
            self._value = (self._value + "?")[:MAX_NAME]
        elif mode == "in-tag":
            self._mode, self._attribute = "attribute", "?"
        elif mode == "tag-open":
            self._mode, self._tag = "tag-name", "?"

    def read(self, text: str) -> None:
        """Go on behind a text of the page."""
        at = 0
        while at < len(text):
            at = _STEPS[self._mode](self, text, at)

    # Each step reads at least one character, or changes to a mode whose step does.

    def _read_text(self, text: str, at: int) -> int:
        found = _OPEN.search(text, at)
        if not found:
            return len(text)
        opening = found[0]
        self._attribute = self._value = ""
        if opening == "<!--":
            self._mode = "comment"
        elif opening in ("<!", "<?"):
            self._mode = "bogus"
        elif opening in ("<", "</"):
            self._mode, self._tag = "tag-open", opening[1:]
        else:
            self._mode, self._tag = "tag-name", "/" if opening[1] == "/" else ""
            return found.end() - 1
        return found.end()

    def _read_tag_open(self, text: str, at: int) -> int:
        self._mode = "tag-name" if text[at].isalpha() or text[at] == "/" else "text"
        return at

    def _read_tag_name(self, text: str, at: int) -> int:
        match = _TAG_NAME.match(text, at)
        assert match
        end = match.end()
        self._tag = (self._tag + text[at : min(end, at + MAX_NAME)]).lower()[:MAX_NAME]
        if end < len(text):
            if text[end] == "/" and self._tag in ("", "/"):
                self._tag = "/"
                return end + 1
            self._mode, self._kind = "in-tag", ""
        return end

    def _read_in_tag(self, text: str, at: int) -> int:
        character = text[at]
        if character == ">":
            self._close_tag()
            return at + 1
        if character in _SPACE or character == "/":
            return at + 1
        if character == "=" and self._attribute:
            self._mode, self._value, self._quote = "before-value", "", ""
            return at + 1
        self._mode, self._attribute = "attribute", ""
        return at

    def _close_tag(self) -> None:
        if self._tag in RAW:
            self._mode, self._script = "raw", ""
        else:
            self._mode, self._tag = "text", ""
        self._attribute = self._value = self._quote = ""

    def _read_attribute(self, text: str, at: int) -> int:
        match = _ATTRIBUTE.match(text, at)
        if not match:
            self._mode = "in-tag"
            # A "=" where a name is wanted is a name.
            return at + 1 if text[at] == "=" and not self._attribute else at
        end = match.end()
        self._attribute = (self._attribute + text[at : min(end, at + MAX_NAME)]).lower()[:MAX_NAME]
        return end

    def _read_before_value(self, text: str, at: int) -> int:
        character = text[at]
        if character in _SPACE:
            return at + 1
        if character == ">":
            self._close_tag()
            return at + 1
        self._mode, self._value = "value", ""
        self._quote = character if character in "\"'" else ""
        return at + 1 if self._quote else at

    def _read_value(self, text: str, at: int) -> int:
        if self._quote:
            end = text.find(self._quote, at)
        else:
            found = _VALUE_END.search(text, at)
            end = found.start() if found else -1
        stop = len(text) if end < 0 else end
        room = MAX_NAME - len(self._value)
        if room > 0:
            self._value += text[at : min(stop, at + room)]
        if end < 0:
            return stop
        if self._tag == "script" and self._attribute == "type":
            self._kind = "" if not self._value or _SCRIPT_TYPE.match(self._value) else "data"
        self._mode, self._attribute, self._value = "in-tag", "", ""
        closing = 1 if self._quote else 0
        self._quote = ""
        return stop + closing

    def _read_comment(self, text: str, at: int) -> int:
        end = text.find("-->", at)
        if end < 0:
            return len(text)
        self._mode = "text"
        return end + 3

    def _read_bogus(self, text: str, at: int) -> int:
        end = text.find(">", at)
        if end < 0:
            return len(text)
        self._mode = "text"
        return end + 1

    def _read_raw(self, text: str, at: int) -> int:
        found = _RAW_ENDS[self._tag].search(text, at)
        end = found.start() if found else len(text)
        if self._tag == "script" and not self._kind:
            self._read_script(text, at, end)
        if found:
            self._mode, self._tag, self._attribute = "in-tag", "/", ""
            return found.end()
        return end

    def _read_script(self, text: str, at: int, end: int) -> None:
        """Follow strings and comments of a script."""
        while at < end:
            if self._script:
                found = _STRING_END[self._script].search(text, at, end)
                if not found:
                    return
                if found[0][0] != "\\":
                    self._script = ""
                at = found.end()
                continue
            found = _SCRIPT_PART.search(text, at, end)
            if not found:
                return
            at = found.end()
            part = found[0]
            if part == "/":
                # A regular expression, where a division cannot be.
                before = text[max(0, found.start() - 20) : found.start()].rstrip()
                if not before or before[-1] in "(,=:[!&|?{};":
                    limit = min(end, found.start() + MAX_EXPRESSION)
                    match = _EXPRESSION.match(text, found.start(), limit)
                    at = match.end() if match else at
            elif part != "\n":
                self._script = part


_RAW_ENDS = {tag: re.compile(f"</{tag}(?=[\\s/>]|\\Z)", re.I) for tag in RAW}
_STEPS = {
    "text": Page._read_text,
    "tag-open": Page._read_tag_open,
    "tag-name": Page._read_tag_name,
    "in-tag": Page._read_in_tag,
    "attribute": Page._read_attribute,
    "before-value": Page._read_before_value,
    "value": Page._read_value,
    "comment": Page._read_comment,
    "bogus": Page._read_bogus,
    "raw": Page._read_raw,
}
