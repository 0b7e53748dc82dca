"""Rewrites sources so that the check of any one rule can be left out when the program runs.

`if (CONDITION) return broken(RULE)...` becomes `if ((CONDITION) && !mutated(RULE)) return ...`. A last return of an
error is preceded by `if (mutated(RULE)) return {};` in a function without a value, and in another the condition
before it, of `if (CONDITION) return VALUE;`, becomes `(CONDITION) || mutated(RULE)`.
"""
import re

BROKEN = re.compile(r"\breturn\s+(?:at_selector<S>\(broken|broken)\(")
# An Error that is made before it is known whether it is wanted: its name, and the rule.
MADE = re.compile(r"\bError (\w+) = broken\((Rule::\w+)\)")
# What the rewritten sources call: the rule is told by the environment.
DECLARATION = """
// Whether the check of `rule` is left out of this run.
bool mutated(Rule rule);
"""
DEFINITION = """
#include <cstdlib>

namespace thicket {

bool mutated(Rule rule) {
  static const char* const name = std::getenv("THICKET_MUTANT");
  return name != nullptr && text_of(rule).name == name;
}

}  // namespace thicket
"""


def closing(text, at):
    """The place of the bracket that closes the one at `at`; strings and character literals are let be."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            at = end_of_literal(text, at)
        elif char in pairs:
            depth += 1
        elif char in pairs.values():
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError("a bracket is not closed")


def end_of_literal(text, at):
    quote = text[at]
    if quote == "'" and text[at - 1].isalnum():
        return at  # a separator of digits
    at += 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at


def opening(text, at):
    """The place of the brace of the block that `at` stands in."""
    for found in reversed(list(re.finditer(r"\{", text[:at]))):
        if closing(text, found.start()) > at:
            return found.start()
    return 0


def condition_before(text, at):
    """The brackets of the `if` that has `at` as its statement, or in its block: (open, close), or None."""
    rest = text[:at].rstrip()
    if not rest.endswith(")"):
        rest = text[:opening(text, at)].rstrip()
    if not rest.endswith(")"):
        return None
    close = len(rest) - 1
    for found in reversed(list(re.finditer(r"\bif (\()", rest))):
        if closing(text, found.start(1)) == close:
            return found.start(1), close
        if closing(text, found.start(1)) < close:
            return None
    return None


def accepted_before(text, at):
    """The brackets of `if (CONDITION) return VALUE;` right before `at`, which declares nothing; or None."""
    rest = text[:at].rstrip()
    start = rest.rfind("return ", 0, len(rest))
    if not rest.endswith(";") or start < 0 or ";" in rest[start:-1] or "broken(" in rest[start:]:
        return None
    if not rest[:start].rstrip().endswith(")"):
        return None
    brackets = condition_before(text, start)
    if brackets is None or " = " in text[brackets[0]:brackets[1]]:
        return None
    return brackets


def guarded(condition, rule):
    """The condition, false where the rule is left out; what it does besides is done."""
    init, last = split_init(condition)
    declared = re.match(r"\s*(?:const )?auto[&*]? ?[&*]?(\w+) = ", last)
    if declared:
        if init:
            return None
        return f"{last}; {declared.group(1)} && !::thicket::mutated({rule})"
    return f"{init}({last.strip()}) && !::thicket::mutated({rule})"


def split_init(condition):
    """`auto x = f(); x` as the part to the semicolon, and the rest."""
    depth = 0
    for at, char in enumerate(condition):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(char, 0)
        if char == ";" and depth == 0:
            return condition[:at + 1] + " ", condition[at + 1:]
    return "", condition


HEAD = re.compile(r"^ {0,2}(?:static |inline |constexpr )*([\w:<>,&* ]+) [\w:~]+\([^;{}]*\)(?: const)? \{"
                  r"|\[[^\[\]]*\]\([^;{}]*\)(?: -> ([\w:<>]+))? \{", re.MULTILINE)


def ends_void(text, at):
    """Whether the function, or lambda, around `at` answers nothing but that it held."""
    around = [head for head in HEAD.finditer(text, 0, at) if closing(text, head.end() - 1) > at]
    return bool(around) and "Result<void>" in around[-1].groups()


def refusals(text):
    """The places of all returns of an error, and which rule it is of."""
    for found in BROKEN.finditer(text):
        inside = text[found.end():closing(text, found.end() - 1)]
        yield found.start(), inside
    for made in re.finditer(r"\bError (\w+)\([^;{}]*\) \{"
                            r"|\bconst auto (\w+) = \[[^\[\]]*\](?:\([^;{}]*\))? \{\s*return broken\(", text):
        begin = text.index("{", made.start())
        body = text[begin:closing(text, begin)]
        name = made.group(1) or made.group(2)
        rules = set(re.findall(r"broken\(([^()]*)\)", body))
        for found in re.finditer(rf"\breturn {name}\(", text):
            call = text[found.start() + 7:closing(text, found.end() - 1) + 1]
            # Its own rule, the one that it is given, or whichever the error has.
            if rules == {"rule"}:
                yield found.start(), call.split("(", 1)[1].split(",")[0]
            else:
                yield found.start(), rules.copy().pop() if len(rules) == 1 else f"{call}.rule"
    made = list(MADE.finditer(text))
    for number, one in enumerate(made):
        end = next((other.start() for other in made[number + 1:] if other.group(1) == one.group(1)), len(text))
        for found in re.compile(rf"\breturn (?:std::move\()?{one.group(1)}\b").finditer(text, one.end(), end):
            yield found.start(), one.group(2)


def rewritten(text):
    """The source, and the rules of the checks that could not be rewritten."""
    edits = []
    kept = []
    for start, rule in refusals(text):
        brackets = condition_before(text, start)
        if brackets:
            open_at, close_at = brackets
            condition = guarded(text[open_at + 1:close_at], rule)
            if condition:
                edits.append((open_at + 1, close_at, condition))
                continue
        elif accepted_before(text, start):
            open_at, close_at = accepted_before(text, start)
            condition = text[open_at + 1:close_at]
            edits.append((open_at + 1, close_at, f"({condition}) || ::thicket::mutated({rule})"))
            continue
        elif ends_void(text, start):
            edits.append((start, start, f"if (::thicket::mutated({rule})) return ::thicket::Result<void>();\n  "))
            continue
        kept.append(rule)
    for begin, end, new in sorted(set(edits), reverse=True):
        text = text[:begin] + new + text[end:]
    return text, kept
