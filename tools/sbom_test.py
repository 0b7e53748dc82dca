"""The form of the list, and that it is seen when it differs from a program."""
import json
import re
import unittest
from unittest import mock

import sbom

LICENCES = {"Apache-2.0", "Artistic-1.0-Perl", "BSD-3-Clause", "BSL-1.0", "GPL-1.0-or-later",
            "GPL-2.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-or-later", "MIT", "MIT-0",
            "Zlib", "blessing"}
EXCEPTIONS = {"GCC-exception-3.1", "Linux-syscall-note"}


def installed(*command, **_):
    """Instead of a machine: every package at one version, and AWS-LC where it is."""
    if command[0] == "dpkg-query":
        return "1:2.3+b1~x amd64 installed"
    return TOLD(*command)


TOLD = sbom.told


class Form(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.object(sbom, "told", installed)
        patch.start()
        self.addCleanup(patch.stop)
        self.bill = sbom.bill()

    def test_it_is_cyclonedx_without_times_and_serial_numbers(self):
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"], self.bill["version"]),
                         ("CycloneDX", "1.5", 1))
        self.assertNotIn("serialNumber", self.bill)
        self.assertEqual(list(self.bill["metadata"]), ["component"])
        self.assertEqual(json.dumps(self.bill), json.dumps(sbom.bill()))
        self.assertNotIn(str(sbom.ROOT), json.dumps(self.bill))

    def test_each_component_has_what_a_reader_looks_for(self):
        for one in self.bill["components"] + [self.bill["metadata"]["component"]]:
            with self.subTest(one["name"]):
                self.assertIn(one["type"], ("application", "library"))
                self.assertIn(one.get("scope", "required"), ("required", "optional", "excluded"))
                self.assertTrue(one["version"])
                expression = one["licenses"][0]["expression"]
                words = set(re.findall(r"[A-Za-z0-9.-]+", expression)) - {"AND", "OR", "WITH"}
                self.assertLessEqual(words - EXCEPTIONS, LICENCES)
                if "hashes" in one:
                    self.assertRegex(one["hashes"][0]["content"], r"^[0-9a-f]{64}$")

    def test_names_are_escaped_in_a_package_url(self):
        by_name = {one["name"]: one for one in self.bill["components"]}
        self.assertRegex(by_name["libgrpc++1.51"]["purl"],
                         r"^pkg:deb/[a-z]+/libgrpc%2B%2B1\.51@1%3A2\.3%2Bb1~x"
                         r"\?arch=amd64&distro=[a-z]+-[a-z0-9.]+$")
        openssl = by_name["openssl-src"]
        self.assertRegex(openssl["purl"], r"^pkg:cargo/openssl-src@[0-9.]+%2B[0-9.]+$")
        self.assertIn(openssl["pedigree"]["ancestors"][0]["version"], openssl["purl"])

    def test_every_reference_is_to_one_component(self):
        references = [one["bom-ref"] for one in self.bill["components"]] + ["thicket"]
        self.assertEqual(len(references), len(set(references)))
        for node in self.bill["dependencies"]:
            self.assertLessEqual({node["ref"], *node["dependsOn"]}, set(references))

    def test_every_pinned_source_is_in_it(self):
        folders = {path.parent.name for path in sbom.ROOT.glob("third_party/*/Cargo.lock")}
        self.assertEqual(folders, {row.folder for row in sbom.PINNED})

    def test_a_package_that_is_not_there_is_said(self):
        with mock.patch.object(sbom, "told", lambda *_, **__: ""), self.assertRaises(sbom.Machine):
            sbom.bill()


class Differences(unittest.TestCase):
    ROWS = (sbom.Debian("a", "MIT", ("thicket",), ""),
            sbom.Debian("b", "MIT", ("thicket-core",), ""),
            sbom.Pinned("c", "c", "MIT", ("thicket",), "", may_lack=True))

    def found(self, names, unknown=()):
        return sbom.differences("thicket", names, unknown, self.ROWS)

    def test_what_is_as_listed_does_not_differ(self):
        self.assertEqual(self.found({"a", "c"}), [])
        self.assertEqual(self.found({"a"}), [])

    def test_more_and_less_than_listed_are_seen(self):
        self.assertEqual(self.found({"a", "b"}), ["thicket: b is not in its list"])
        self.assertEqual(self.found({"c"}), ["thicket: a is in its list, and not in it"])
        self.assertEqual(self.found({"a"}, ["/x of y"]), ["thicket: /x of y is not in the list"])

    def test_files_belong_to_rows_by_their_package_or_their_folder(self):
        owned = {"/usr/include/decaf.h": "libdecaf-dev", "/cache/lc/lib/libcrypto.a": None,
                 "/usr/include/curl.h": "libcurl-dev", "/opt/x.h": None}
        self.assertEqual(sbom.sorted_out(owned, {"aws-lc-sys": "/cache/lc"}),
                         ({"libdecaf0", "aws-lc-sys"},
                          ["/opt/x.h of no package", "/usr/include/curl.h of libcurl-dev"]))


if __name__ == "__main__":
    unittest.main()
