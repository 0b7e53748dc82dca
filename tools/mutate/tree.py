"""The rewritten tree, in build/mutate."""
import os
import subprocess

from mutate import rewrite

# Layers whose checks are not of rules that a message can break before members or services.
OTHERS = ("src/bench/", "src/compare/", "src/demo/", "src/vectors/", "src/base/")


def is_checked(name):
    return (name.startswith("src/") and name.endswith((".cpp", ".h")) and not name.endswith("_test.cpp")
            and not name.startswith(OTHERS))


def put(path, content):
    """Only what changed is written, so that only that is built again."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def make(root, folder):
    """Writes the tree; the rules of checks that could not be rewritten, with their files."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, check=True, text=True,
                            stdout=subprocess.PIPE).stdout.splitlines()
    kept = []
    for name in listed:
        source = root / name
        if not source.is_file() or name.startswith(("interop/", "bench/")):
            continue
        content = source.read_bytes()
        if is_checked(name):
            text, rules = rewrite.rewritten(content.decode())
            content = text.encode()
            kept += [(rule, name) for rule in rules]
        elif name == "src/base/rule.h":
            content = content.decode().replace("\n}  // namespace thicket\n",
                                               rewrite.DECLARATION + "\n}  // namespace thicket\n").encode()
        elif name == "src/base/rule.cpp":
            content += rewrite.DEFINITION.encode()
        put(folder / name, content)
        os.chmod(folder / name, source.stat().st_mode)
    return kept
