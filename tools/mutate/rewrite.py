"""Rewrites sources so that the check of any one rule can be left out when the program runs.

`if (CONDITION) return broken(RULE)...` becomes `if ((CONDITION) && !mutated(RULE)) return ...`. A
last return of an error is preceded by `if (mutated(RULE)) return {};` in a function without a
value, and in another the condition before it, of `if (CONDITION) return VALUE;`, becomes
`(CONDITION) || mutated(RULE)`. What an Authenticator answers goes through `unless_left_out()`.
"""
import re

BROKEN = re.compile(r"\breturn\s+(?:at_selector<S>\(broken|broken)\(")
# An Error that is made before it is known whether it is wanted: its name, and the rule.
MADE = re.compile(r"\bError (\w+) = broken\((Rule::\w+)\)")
# A function, or lambda, that only makes errors: it is called where one is returned.
FACTORY = re.compile(r"\bError (\w+)\([^;{}]*\) \{"
                     r"|\bconst auto (\w+) = \[[^\[\]]*\](?:\([^;{}]*\))? \{\s*return broken\(")
# The application refuses here, by a rule that it chooses.
ASKED = re.compile(r"(?:\b\w+\.)?\b(?:authenticator|authority)\.check(?:_successor)?\(")
# What the rewritten sources call: the rule is told by the environment.
DECLARATION = """
// Whether the check of `rule` is left out of this run.
bool mutated(Rule rule);
"""
ANSWER_DECLARATION = """
// The answer, good where it is an error of a rule whose check is left out.
inline Result<void> unless_left_out(Result<void> answer) {
  if (!answer && mutated(answer.error().rule)) return {};
  return answer;
}
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
    """The place of the bracket that closes the one at `at`; literals are let be."""
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
    """The brackets of the `if` that has `at` as its statement, or in its block, or None."""
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
    """The brackets of `if (CONDITION) return VALUE;` before `at`, declaring nothing; or None."""
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


HEAD = re.compile(r"^ {0,2}(?:static |inline |constexpr )*([\w:<>,&* ]+) [\w:~]+\([^;{}]*\)"
                  r"(?: const)? \{"
                  r"|\[[^\[\]]*\]\([^;{}]*\)(?: -> ([\w:<>]+))? \{", re.MULTILINE)


def ends_void(text, at):
    """Whether the function, or lambda, around `at` answers nothing but that it held."""
    heads = HEAD.finditer(text, 0, at)
    around = [head for head in heads if closing(text, head.end() - 1) > at]
    return bool(around) and "Result<void>" in around[-1].groups()


def factories(text):
    """(name, begin, end, rules) of what only makes errors."""
    for made in FACTORY.finditer(text):
        begin = text.index("{", made.start())
        end = closing(text, begin)
        rules = set(re.findall(r"broken\(([^()]*)\)", text[begin:end]))
        yield made.group(1) or made.group(2), begin, end, rules


def made_elsewhere(text):
    """The places where what a factory makes is returned, and which rule it is of."""
    for name, _, _, rules in factories(text):
        for found in re.finditer(rf"\breturn {name}\(", text):
            call = text[found.start() + 7:closing(text, found.end() - 1) + 1]
            # Its own rule, the one that it is given, or whichever the error has.
            if rules == {"rule"}:
                yield found.start(), call.split("(", 1)[1].split(",")[0]
            else:
                yield found.start(), rules.copy().pop() if len(rules) == 1 else f"{call}.rule"


def made_before(text):
    """The places where an Error is returned that was made before, and which rule it is of."""
    made = list(MADE.finditer(text))
    for number, one in enumerate(made):
        name = one.group(1)
        later = (other.start() for other in made[number + 1:] if other.group(1) == name)
        end = next(later, len(text))
        returned = re.compile(rf"\breturn (?:std::move\()?{name}\b")
        for found in returned.finditer(text, one.end(), end):
            yield found.start(), one.group(2)


def refusals(text):
    """The places of all returns of an error, and which rule it is of."""
    inside = [(begin, end) for _, begin, end, _ in factories(text)]
    found = [(one.start(), text[one.end():closing(text, one.end() - 1)])
             for one in BROKEN.finditer(text)]
    for at, rule in [*found, *made_elsewhere(text), *made_before(text)]:
        if not any(begin < at < end for begin, end in inside):
            yield at, rule


def require_one_rule(text, at, rule):
    """A condition that chooses between rules would, without one of them, only choose another."""
    after = text[text.index(";", at) + 1:].lstrip()
    if re.match(r"(?:\}\s*)?return broken\(|(?:const )?Error \w+ = broken\(", after):
        raise ValueError(f"{rule}: what follows refuses in any case; two errors of one condition "
                         "are made by a function of their own")


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
                require_one_rule(text, start, rule)
                edits.append((open_at + 1, close_at, condition))
                continue
        elif accepted_before(text, start):
            open_at, close_at = accepted_before(text, start)
            condition = text[open_at + 1:close_at]
            edits.append((open_at + 1, close_at, f"({condition}) || ::thicket::mutated({rule})"))
            continue
        elif ends_void(text, start):
            passed = f"if (::thicket::mutated({rule})) return ::thicket::Result<void>();\n  "
            edits.append((start, start, passed))
            continue
        kept.append(rule)
    for asked in ASKED.finditer(text):
        end = closing(text, asked.end() - 1) + 1
        call = text[asked.start():end]
        # What is said of an external sender is made into a rule of ours, and left out as such.
        if "CredentialUse::external_sender" not in call:
            edits.append((asked.start(), end, f"::thicket::unless_left_out({call})"))
    for begin, end, new in sorted(set(edits), reverse=True):
        text = text[:begin] + new + text[end:]
    return text, kept
