"""`./dev sbom`: what is in the programs, as CycloneDX 1.5. The same sources and packages give the same octets.

Every library that a program is linked to must be among them, or it fails.
"""
import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
# Ours that people run; thicket-interop is for playing with other implementations.
PROGRAMS = ("thicket", "thicket-core", "thicket-demo", "thicket-interop")


@dataclass(frozen=True)
class Debian:
    """A library from Debian's packages."""
    package: str       # that is installed where the program is built: its version is said
    licence: str
    libraries: tuple = ()  # the shared ones that programs are linked to; none: it is headers
    what: str = ""


@dataclass(frozen=True)
class Pinned:
    """A library that is built from a crate's source, at the version and hash of a lock file."""
    crate: str
    folder: str
    licence: str
    what: str


DEBIAN = (
    Debian("libdecaf0", "MIT", ("libdecaf.so.0",), "X448, Ed448 and SHAKE256"),
    Debian("libsqlite3-0", "blessing", ("libsqlite3.so.0",), "the store on disk"),
    Debian("libboost1.81-dev", "BSL-1.0", (), "Asio and Beast, headers: the transport"),
    Debian("libcli11-dev", "BSD-3-Clause", (), "headers: command lines"),
    Debian("nlohmann-json3-dev", "MIT", (), "headers: JSON of vectors and of --json"),
    Debian("libgrpc++1.51", "Apache-2.0", ("libgrpc++_unsecure.so.1.51",), "thicket-interop alone"),
    Debian("libgrpc29", "Apache-2.0", ("libgpr.so.29",), "thicket-interop alone"),
    Debian("libprotobuf32", "BSD-3-Clause", ("libprotobuf.so.32",), "thicket-interop alone"),
    Debian("libabsl20220623", "Apache-2.0", ("libabsl_synchronization.so.20220623",), "thicket-interop alone"),
    Debian("libstdc++6", "GPL-3.0-or-later WITH GCC-exception-3.1", ("libstdc++.so.6",), "C++"),
    Debian("libgcc-s1", "GPL-3.0-or-later WITH GCC-exception-3.1", ("libgcc_s.so.1",), "C++"),
    Debian("libc6", "LGPL-2.1-or-later", ("libc.so.6", "ld-linux-x86-64.so.2", "libm.so.6"), "C"),
)
PINNED = (
    Pinned("aws-lc-sys", "aws-lc", "ISC AND (Apache-2.0 OR ISC) AND Apache-2.0 AND MIT AND BSD-3-Clause AND "
           "(Apache-2.0 OR ISC OR MIT) AND (Apache-2.0 OR ISC OR MIT-0)", "AWS-LC, static: the cryptography"),
    Pinned("openssl-src", "openssl", "Apache-2.0",
           "OpenSSL, static: the second provider, where it is built in and the system's own is older"),
)


def version_of(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version} ${Architecture}", package], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def debian_component(row):
    """None where the package is not installed, as gRPC's on a machine that builds no thicket-interop."""
    found = version_of(row.package)
    if not found:
        return None
    version, architecture = found
    purl = f"pkg:deb/debian/{quote(row.package)}@{quote(version)}?arch={architecture}&distro=debian-12"
    return {"type": "library", "bom-ref": row.package, "name": row.package, "version": version,
            "description": row.what, "licenses": [{"expression": row.licence}], "purl": purl}


def pinned_component(row):
    lock = (ROOT / "third_party" / row.folder / "Cargo.lock").read_text()
    block = re.search(rf'name = "{row.crate}"\nversion = "([^"]+)"\n(?:source = .*\n)?checksum = "([0-9a-f]+)"', lock)
    version, checksum = block.groups()
    return {"type": "library", "bom-ref": row.crate, "name": row.crate, "version": version, "description": row.what,
            "hashes": [{"alg": "SHA-256", "content": checksum}], "licenses": [{"expression": row.licence}],
            "purl": f"pkg:cargo/{row.crate}@{quote(version)}"}


def own_version():
    return re.search(r"project\(thicket VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def bill():
    """The whole of it."""
    components = [component for component in map(debian_component, DEBIAN) if component]
    components += map(pinned_component, PINNED)
    components.sort(key=lambda one: one["bom-ref"])
    own = {"type": "application", "bom-ref": "thicket", "name": "thicket", "version": own_version(),
           "licenses": [{"license": {"id": "Apache-2.0"}}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": own},
            "components": components,
            "dependencies": [{"ref": "thicket", "dependsOn": [one["bom-ref"] for one in components]}]}


def linked(program):
    """The names of the shared libraries that it asks for itself."""
    done = subprocess.run(["readelf", "-d", program], text=True, stdout=subprocess.PIPE, check=True)
    return set(re.findall(r"\(NEEDED\).*\[([^\]]+)\]", done.stdout))


def unlisted(programs):
    """Which libraries of which program are of no row."""
    known = {library for row in DEBIAN for library in row.libraries}
    return [f"{program.name}: {library}" for program in programs for library in sorted(linked(program) - known)]


def main():
    parser = argparse.ArgumentParser(prog="./dev sbom", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, help="a file instead of the standard output")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="only look at the programs there")
    options = parser.parse_args()
    folder = options.check or ROOT / "build" / "release" / "bin"
    programs = [folder / name for name in PROGRAMS if (folder / name).exists()]
    missing = unlisted(programs)
    for one in missing:
        print(f"sbom: not in the list: {one}", file=sys.stderr)
    if missing or not programs:
        return 1
    if options.check:
        return 0
    text = json.dumps(bill(), indent=2) + "\n"
    if options.out:
        options.out.write_text(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
