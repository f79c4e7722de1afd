"""Which text is given to which name, in the syntaxes that people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.secrets import assignments
from seawall.engines.secrets.candidate import Segment
from seawall.source.file import Source

V = "x7Kp2Wm9"


def given_in(text: str, language: str) -> list[str]:
    """Read every line as the engine does."""
    content = text.encode()
    source = Source(path="file", content=content, language=language)
    found: list[str] = []
    start = 0
    for line in content.split(b"\n"):
        segment = Segment(start=start, end=start + len(line))
        found += [candidate.value for candidate in assignments.find(source, segment)]
        start += len(line) + 1
    return found


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", 'password = "{}"'),
        ("python", "connect(password='{}')"),
        ("python", '{{"password": "{}"}}'),
        ("python", 'login, password = "ada", "{}"'),
        ("python", 'if password == "{}":'),
        ("python", 'password: str = "{}"'),
        ("javascript", "const password = `{}`;"),
        ("javascript", "{{ password: '{}' }}"),
        ("ruby", ":password => '{}'"),
        ("php", "$password = '{}';"),
        ("php", "define('DB_PASSWORD', '{}');"),
        ("java", 'String password = "{}";'),
        ("java", 'props.put("password", "{}");'),
        ("java", 'user.setPassword("{}");'),
        ("go", 'password := "{}"'),
        ("scala", 'password = Some("{}")'),
        ("csharp", 'var password = @"{}";'),
        ("json", '  "password": "{}",'),
        ("json", '"{{\\"password\\": \\"{}\\"}}"'),
        ("yaml", "password: {}"),
        ("yaml", 'password: "{}"  # a remark'),
        ("yaml", "- -e MYSQL_PASSWORD={} -e X=1"),
        ("ini", "password = {}"),
        ("properties", "spring.datasource.password={}"),
        ("dotenv", "DB_PASSWORD={}"),
        ("shell", "export DB_PASSWORD='{}'"),
        ("shell", "run --password {} --quiet"),
        ("shell", "run --password={}"),
        ("shell", "mysql -u root -p{} shop"),
        ("dockerfile", "ENV DB_PASSWORD {}"),
        ("sql", "CREATE USER a IDENTIFIED BY '{}';"),
        ("xml", "<password>{}</password>"),
        ("xml", '<add key="password" value="{}"/>'),
        ("java", 'String url = "jdbc:x;user=a;password={};ssl=true";'),
        ("python", 'url = f"/login?password={}&x=1"'),
        ("yaml", "- name: DB_PASSWORD\n  value: {}"),
        ("python", 'password = (\n    "{}"\n)'),
    ],
)
def test_it_is_read(language: str, line: str) -> None:
    assert V in given_in(line.format(V), language)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "password = get_password()"),
        ("python", "password = other"),
        ("python", 'check_password("{}")'),
        ("python", 'password != "{}"'),
        ("python", 'raise PasswordError, "{}"'),
        ("java", "this.password = password;"),
        ("go", "func password(x string)"),
        ("python", 'password = "prefix" + suffix'),
        ("python", 'password = "a %s" % x'),
        ("javascript", "password: string"),
    ],
)
def test_it_is_left_alone(language: str, line: str) -> None:
    assert given_in(line.format(V), language) == []


@given(st.text(max_size=200), st.sampled_from(["python", "yaml", "shell", "xml", ""]))
def test_any_line_is_read_to_its_end(text: str, language: str) -> None:
    given_in(f"password = {text} token: {text}", language)
