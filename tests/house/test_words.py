"""What may stand nowhere in the repository: paths of a machine, hosts that it does not need, how it came about."""

import re

from tests.house.tree import name, text_of, tracked

HERE = "tests/house/test_words.py"
LOCKED = "uv.lock"
HOSTS = (
    r"127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0|host|registry|assignments|compliance|nats|postgres"
    r"|www\.apache\.org|www\.postgresql\.org|keepachangelog\.com|semver\.org|json-schema\.org|www\.w3\.org|[a-z.]*\.gov\.cn|[a-z.]*\bexample(\.[a-z]+)?|[a-z.]+\.invalid"
)
URL = re.compile(r"\b(?:https?|nats|postgres(?:ql)?)://(?:[^\s/@\"'`<>]*@)?([^\s/:\"'`<>)\]{}?,;]+)")
PATHS = re.compile(r"(?<![\w.])/(?:work|root|home|Users|opt)/[\w.]")
PROVENANCE = re.compile(
    r"\b(?:claude|chatgpt|gpt-\d|copilot|anthropic|openai|llm|language model|ai[- ]generated|generated (?:by|with) ai|ai assistant"
    r"|co-authored-by)\b|\.\./shared|\bissues? show\b|大模型|人工智能生成",
    re.IGNORECASE,
)
INDEX = re.compile(r"pypi\.org|pythonhosted|/simple\b|index-url\s*=|mirrors?\.[a-z]+\.|tuna\.|docker\.io|ghcr\.io|quay\.io", re.IGNORECASE)


def lines() -> list[tuple[str, str]]:
    texts = [(name(p), text_of(p)) for p in tracked()]
    return [(f"{n}:{i}", line) for n, t in texts if t and n not in (HERE, LOCKED) for i, line in enumerate(t.splitlines(), 1)]


def test_the_patterns_find_what_they_look_for() -> None:
    assert PATHS.search("cp /work/x") and PATHS.search("'/root/y'") and not PATHS.search("/health/live /homework")
    assert PROVENANCE.search("Co-Authored-By: x") and not PROVENANCE.search("maintained, aim, retail")
    assert INDEX.search("https://pypi.org/simple") and not INDEX.search("a simple thing")
    assert URL.findall("nats://u:p@nats:4222 http://127.0.0.1:1/x") == ["nats", "127.0.0.1"]


def test_no_path_of_a_machine() -> None:
    assert [(at, line.strip()) for at, line in lines() if PATHS.search(line)] == []


def test_no_package_or_image_registry_is_named() -> None:
    assert [(at, line.strip()) for at, line in lines() if INDEX.search(line)] == []


def test_no_host_that_is_not_needed() -> None:
    known = re.compile(HOSTS)
    strange = [(at, host) for at, line in lines() for host in URL.findall(line) if not host.startswith("$") and not known.fullmatch(host)]
    assert strange == []


def test_nothing_about_how_it_came_about() -> None:
    assert [(at, line.strip()) for at, line in lines() if PROVENANCE.search(line)] == []


def test_no_key_was_committed() -> None:
    secret = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{30,}")
    assert [at for at, line in lines() if secret.search(line)] == []
