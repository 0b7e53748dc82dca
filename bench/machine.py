"""What a measurement was made on: machine and versions, as they are named beside every figure."""
import datetime
import os
import platform
import re
import subprocess


def output_of(*command, cwd=None):
    """The first line that a command prints, or "unknown" where there is no such command."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip().split("\n")[0]


def locked_version(lock_text, crate):
    """The version of one crate in a Cargo.lock."""
    found = re.search(rf'name = "{re.escape(crate)}"\nversion = "([^"]+)"', lock_text)
    return found.group(1) if found else "unknown"


def cpu_model(cpuinfo):
    """Model, family and stepping: the model's name alone is "AMD EPYC" on rented machines."""
    fields = dict(re.findall(r"^(.+?)\s*: (.*)$", cpuinfo.split("\n\n")[0], re.M))
    name = fields.get("model name", "unknown")
    return f"{name} (family {fields.get('cpu family', '?')}, model {fields.get('model', '?')})"


def describe(root):
    """A dictionary of short texts."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        cpu = cpu_model(file.read())
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) >> 20
    lock = (root / "third_party" / "aws-lc" / "Cargo.lock").read_text()
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{memory} GiB",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "compiler": output_of("c++", "--version"),
        "aws_lc": "aws-lc-sys " + locked_version(lock, "aws-lc-sys"),
        "rustc": output_of("rustc", "--version"),
        "thicket": output_of("git", "describe", "--always", "--dirty", cwd=root),
    }


def sentence(machine):
    """One paragraph of Markdown."""
    return (f"Measured on {machine['date']}: {machine['cpu']}, {machine['cores']} cores, "
            f"{machine['memory']}, {machine['system']}; {machine['compiler']}; "
            f"AWS-LC from {machine['aws_lc']}; Thicket at {machine['thicket']}"
            + "".join(f"; {peer} {machine[peer]}" for peer in ("OpenMLS", "mls-rs")
                      if peer in machine)
            + (f"; {machine['rustc']}" if "rustc" in machine else "") + ".")
