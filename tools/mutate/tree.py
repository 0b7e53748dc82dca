"""The rewritten tree, in build/mutate."""
import os
import subprocess

from mutate import rewrite

# Layers whose checks are not of rules that a message can break before members or services.
OTHERS = ("src/bench/", "src/compare/", "src/demo/", "src/vectors/", "src/base/")


def is_checked(name):
    return (name.startswith("src/") and name.endswith((".cpp", ".h"))
            and not name.endswith("_test.cpp") and not name.startswith(OTHERS))


def put(path, content):
    """Only what changed is written, so that only that is built again."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


END = "\n}  // namespace thicket\n"
# What the rewritten sources call, by the file whose namespace it ends.
DECLARED = {"src/base/rule.h": rewrite.DECLARATION, "src/base/result.h": rewrite.ANSWER_DECLARATION}


def changed(name, content, kept):
    """A file of the tree; `kept` is added to."""
    if is_checked(name):
        try:
            text, rules = rewrite.rewritten(content.decode())
        except ValueError as error:
            raise SystemExit(f"mutate: {name}: {error}") from error
        kept += [(rule, name) for rule in rules]
        return text.encode()
    if name in DECLARED:
        return content.decode().replace(END, DECLARED[name] + END, 1).encode()
    if name == "src/base/rule.cpp":
        return content + rewrite.DEFINITION.encode()
    return content


def make(root, folder):
    """Writes the tree; the rules of checks that could not be rewritten, with their files."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, check=True,
                            text=True, stdout=subprocess.PIPE).stdout.splitlines()
    kept = []
    for name in listed:
        source = root / name
        if not source.is_file() or name.startswith(("interop/", "bench/")):
            continue
        put(folder / name, changed(name, source.read_bytes(), kept))
        os.chmod(folder / name, source.stat().st_mode)
    return kept
