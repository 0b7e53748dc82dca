"""`./dev sbom`: what is in the programs, as CycloneDX 1.5.

The list is the table below. It is held against the programs that are there: against every header
that was read and every archive that was linked while building them, as ninja knows, and every
library that is loaded with them. The same sources and packages give the same octets.
"""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
CORE = ("thicket", "thicket-core", "thicket-demo")
# For playing with other implementations; ./dev interop builds it.
INTEROP = ("thicket-interop",)
PROGRAMS = CORE + INTEROP


@dataclass(frozen=True)
class Debian:
    """Debian's package whose version is said, and those with its headers and archives."""
    package: str
    licence: str
    programs: tuple
    what: str
    development: tuple = ()

    @property
    def name(self):
        return self.package


@dataclass(frozen=True)
class Pinned:
    """A library that is built from a crate's source, at the version and hash of a lock file."""
    name: str
    folder: str
    licence: str
    programs: tuple
    what: str
    builder: str = ""  # prints with --path where headers and archives are
    may_lack: bool = False  # where it is not there, programs are built without it


GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"
DEBIAN = (
    Debian("libdecaf0", "MIT", PROGRAMS, "X448, Ed448 and SHAKE256", ("libdecaf-dev",)),
    Debian("libsqlite3-0", "blessing", CORE, "the store on disk", ("libsqlite3-dev",)),
    Debian("libboost1.81-dev", "BSL-1.0", PROGRAMS,
           "headers: PFR, the codec; Asio and Beast, the service's transport"),
    Debian("libcli11-dev", "BSD-3-Clause", PROGRAMS, "headers: command lines"),
    Debian("nlohmann-json3-dev", "MIT", ("thicket", "thicket-core"),
           "headers: JSON of vectors and of --json"),
    Debian("libgrpc++1.51", "Apache-2.0", INTEROP, "calls of the interop harness",
           ("libgrpc++-dev",)),
    Debian("libgrpc29", "Apache-2.0", INTEROP, "beneath gRPC for C++", ("libgrpc-dev",)),
    Debian("libprotobuf32", "BSD-3-Clause", INTEROP, "messages of the interop harness",
           ("libprotobuf-dev",)),
    Debian("libabsl20220623", "Apache-2.0", INTEROP, "used by gRPC", ("libabsl-dev",)),
    Debian("libc-ares2", "MIT", INTEROP, "used by gRPC"),
    Debian("zlib1g", "Zlib", INTEROP, "used by gRPC and protobuf"),
    Debian("libstdc++6", GCC, PROGRAMS, "the C++ library", ("libstdc++-12-dev",)),
    Debian("libgcc-s1", GCC, PROGRAMS, "the compiler's library", ("libgcc-12-dev",)),
    Debian("libc6", "LGPL-2.1-or-later", PROGRAMS, "the C library", ("libc6-dev",)),
    Debian("linux-libc-dev", "GPL-2.0-only WITH Linux-syscall-note", PROGRAMS,
           "headers: calls to the kernel"),
)
PINNED = (
    Pinned("aws-lc-sys", "aws-lc",
           "ISC AND (Apache-2.0 OR ISC) AND Apache-2.0 AND MIT AND BSD-3-Clause AND "
           "(Apache-2.0 OR ISC OR MIT) AND (Apache-2.0 OR ISC OR MIT-0)", PROGRAMS,
           "AWS-LC, static: the cryptography", "build_aws_lc"),
    Pinned("openssl-src", "openssl", "Apache-2.0", PROGRAMS, "OpenSSL, static: the second provider",
           "build_openssl", may_lack=True),
    Pinned("libsqlite3-sys", "sqlite", "MIT AND blessing", (),
           "SQLite, static: in thicket-core for Windows alone"),
)
# What decides about the octets and is not in them.
TOOLS = (
    Debian("g++-12", "GPL-3.0-or-later", (), "the compiler of C++"),
    Debian("gcc-12", "GPL-3.0-or-later", (), "the compiler of C"),
    Debian("binutils", "GPL-3.0-or-later", (), "assembler, linker and archiver"),
    Debian("cmake", "BSD-3-Clause", (), "says what is built, and how"),
    Debian("ninja-build", "Apache-2.0", (), "builds it"),
    Debian("make", "GPL-3.0-or-later", (), "builds OpenSSL"),
    Debian("perl", "GPL-1.0-or-later OR Artistic-1.0-Perl", (), "writes OpenSSL's assembler"),
    Debian("protobuf-compiler", "BSD-3-Clause", (), "writes the messages of thicket-interop"),
    Debian("protobuf-compiler-grpc", "Apache-2.0", (), "writes the calls of thicket-interop"),
)
ROWS = DEBIAN + PINNED


class Machine(Exception):
    """What is to be asked is not there."""


def told(*command, folder=ROOT):
    """What a program prints; nothing on its error stream counts."""
    try:
        done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
    except FileNotFoundError as error:
        raise Machine(f"no {command[0]} here") from error
    return done.stdout


# ---- the list -----------------------------------------------------------------------------------

def debian_component(row):
    form = "${Version} ${Architecture} ${db:Status-Status}"
    found = told("dpkg-query", "-W", "-f", form, row.package).split()
    if len(found) != 3 or found[2] != "installed":
        raise Machine(f"the package {row.package} is not installed")
    system = platform.freedesktop_os_release()
    distro = f"{system['ID']}-{system.get('VERSION_ID', 'unstable')}"
    purl = (f"pkg:deb/{system['ID']}/{quote(row.package)}@{quote(found[0], safe='')}"
            f"?arch={found[1]}&distro={distro}")
    return {"type": "library", "bom-ref": row.package, "name": row.package, "version": found[0],
            "description": row.what, "licenses": [{"expression": row.licence}], "purl": purl}


def tool_component(row):
    return debian_component(row) | {"type": "application", "scope": "excluded"}


def upstream(row, version):
    """Under which name and version holes in it are published, where the source here says it."""
    if row.name == "openssl-src":
        own = version.split("+")[1]
        return [{"type": "library", "name": "openssl", "version": own,
                 "cpe": f"cpe:2.3:a:openssl:openssl:{own}:*:*:*:*:*:*:*"}]
    if row.name == "aws-lc-sys":
        header = Path(told("tools/build_aws_lc", "--path").strip()) / "include/openssl/base.h"
        if not header.exists():
            raise Machine("AWS-LC is not built")
        found = re.search(r'AWSLC_VERSION_NUMBER_STRING "([^"]+)"', header.read_text())
        return [{"type": "library", "name": "aws-lc", "version": found.group(1)}]
    return []


def pinned_component(row):
    lock = (ROOT / "third_party" / row.folder / "Cargo.lock").read_text()
    block = re.search(rf'name = "{row.name}"\nversion = "([^"]+)"\n'
                      r'(?:source = .*\n)?checksum = "([0-9a-f]+)"', lock)
    version, checksum = block.groups()
    component = {"type": "library", "bom-ref": row.name, "name": row.name, "version": version,
                 "description": row.what, "hashes": [{"alg": "SHA-256", "content": checksum}],
                 "licenses": [{"expression": row.licence}],
                 "purl": f"pkg:cargo/{row.name}@{quote(version, safe='')}"}
    if not row.programs:
        component["scope"] = "optional"
    ancestors = upstream(row, version)
    return component | ({"pedigree": {"ancestors": ancestors}} if ancestors else {})


def own_version():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"project\(thicket VERSION ([0-9.]+)", text).group(1)


def own_component(name, reference):
    return {"type": "application", "bom-ref": reference, "name": name, "version": own_version(),
            "licenses": [{"expression": "Apache-2.0"}]}


def bill():
    """The whole of it."""
    components = [own_component(program, f"program:{program}") for program in PROGRAMS]
    components += map(debian_component, DEBIAN)
    components += map(pinned_component, PINNED)
    components += map(tool_component, TOOLS)
    components.sort(key=lambda one: one["bom-ref"])
    graph = [{"ref": "thicket", "dependsOn": [f"program:{program}" for program in PROGRAMS]}]
    for program in PROGRAMS:
        graph.append({"ref": f"program:{program}",
                      "dependsOn": sorted(row.name for row in ROWS if program in row.programs)})
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"component": own_component("thicket", "thicket")},
            "components": components, "dependencies": graph}


# ---- the programs -------------------------------------------------------------------------------

def strangers(build, program):
    """The files that are not ours and went into a program, or are loaded with it."""
    inputs = told("ninja", "-t", "inputs", f"bin/{program}", folder=build).splitlines()
    objects = [path for path in inputs if path.endswith(".o")]
    if not objects:
        raise Machine(f"ninja does not know what {program} is made of in {build}")
    read = re.findall(r"^ {4}(.+)$", told("ninja", "-t", "deps", *objects, folder=build), re.M)
    linked = [path for path in inputs if re.search(r"\.(a|so)[0-9.]*$", path)]
    loaded = re.findall(r"(/\S+) \(0x", told("ldd", f"bin/{program}", folder=build))
    if not read or not loaded:
        raise Machine(f"neither ninja nor ldd knows what is in {program}")
    paths = {os.path.normpath(build / path) for path in read + linked + loaded}
    return {path for path in paths if not path.startswith((f"{ROOT}/", f"{build}/"))}


def spellings(path):
    """/lib is /usr/lib; dpkg knows a file by one of them."""
    if path.startswith("/usr/lib"):
        return (path, path.removeprefix("/usr"))
    return (path, f"/usr{path}") if path.startswith("/lib") else (path,)


def owners(paths):
    """Which package has which file."""
    owner = {}
    found = told("dpkg-query", "-S", *sorted(one for path in paths for one in spellings(path)))
    for line in found.splitlines():
        packages, _, path = line.rpartition(": ")
        owner[path] = packages.split(",")[0].split(":")[0]
    return {path: next((owner[one] for one in spellings(path) if one in owner), None)
            for path in paths}


def sorted_out(owned, built):
    """The names of rows to which files belong, and the files that belong to none.

    built: a row's name, and the folder of what was built for it.
    """
    by_package = {package: row.name
                  for row in DEBIAN for package in (row.package, *row.development)}
    names, unknown = set(), []
    for path, package in sorted(owned.items()):
        name = next((name for name, folder in built.items() if path.startswith(f"{folder}/")), None)
        name = name or by_package.get(package)
        if name:
            names.add(name)
        else:
            unknown.append(f"{path} of {package or 'no package'}")
    return names, unknown


def differences(program, names, unknown, rows=ROWS):
    """In what the list and a program differ."""
    listed = {row.name for row in rows if program in row.programs}
    may_lack = {row.name for row in rows if getattr(row, "may_lack", False)}
    return ([f"{program}: {one} is not in the list" for one in unknown] +
            [f"{program}: {name} is not in its list" for name in sorted(names - listed)] +
            [f"{program}: {name} is in its list, and not in it"
             for name in sorted(listed - names - may_lack)])


def wrong(build):
    """All differences with the programs that are there."""
    programs = [program for program in PROGRAMS if (build / "bin" / program).exists()]
    if not programs:
        return [f"no program in {build}/bin"]
    built = {row.name: told(f"tools/{row.builder}", "--path").strip()
             for row in PINNED if row.builder}
    return [one for program in programs
            for one in differences(program, *sorted_out(owners(strangers(build, program)), built))]


def main():
    parser = argparse.ArgumentParser(prog="./dev sbom",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, help="a file instead of the standard output")
    parser.add_argument("--check", type=Path, metavar="BUILD",
                        help="only hold the list against the programs there")
    options = parser.parse_args()
    try:
        found = wrong((options.check or ROOT / "build" / "release").resolve())
        text = json.dumps(bill(), indent=2) + "\n" if not found and not options.check else ""
    except Machine as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 3
    for one in found:
        print(f"sbom: {one}", file=sys.stderr)
    if found:
        return 1
    if options.out:
        options.out.write_text(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
