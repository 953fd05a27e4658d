"""Does what the examples of the README say, place by place: python3 tests/places/run.py ARMPLAN

The files of examples/places are what the README shows; a test of the papers compares them.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/action"))
from fixture import DATA, TEMPLATE, Hub, Repository, program  # noqa: E402
from runner import Run, read_yaml  # noqa: E402

ARMPLAN = Path(sys.argv.pop(1)).absolute()
PLACES = ROOT / "examples/places"
VERSION = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)[1]


def example(name):
    return (PLACES / name).read_text()


class Places(unittest.TestCase):
    def bash(self, repository, script, **env):
        programs = repository.folder.parent / f"{repository.folder.name}.bin"
        program(programs, "az", "print(open('live.json').read())")
        path = os.pathsep.join([str(programs), str(ARMPLAN.parent), os.environ["PATH"]])
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=repository.folder,
            env={"PATH": path, "HOME": str(programs), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def branch(self, change=Repository.bigger_nodes):
        """A branch with a change; origin/main is where it left."""
        repository = Repository()
        repository.git("update-ref", "refs/remotes/origin/main", "main")
        repository.git("checkout", "-q", "-b", "feature")
        change(repository)
        repository.commit()
        return repository

    def test_versions_are_that_of_the_package(self):
        for path in PLACES.iterdir():
            for found in re.findall(r"(?:armplan==|armplan@v|rev: v)(\S+)", path.read_text()):
                self.assertEqual(found, VERSION, path.name)

    def test_terminal(self):
        repository = Repository()
        template = (DATA / "aks-agentpools.json").read_text()
        wanted = (("parameters('clusterName')", "'aks1'"), ("parameters('agentPoolName')", "'user1'"))
        for old, new in wanted:
            template = template.replace(old, new)
        repository.write("main.json", template)
        repository.write("prod.parameters.json", (DATA / "aks-agentpools.parameters.json").read_text())
        cluster = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks1"
        pool = {"name": "user1", "vmSize": "Standard_DS4_v2", "count": 3, "mode": "System", "osType": "Linux"}
        live = {"id": cluster, "name": "aks1", "type": "Microsoft.ContainerService/ManagedClusters", "location": "eastus"}
        live |= {"kubernetesVersion": "1.15.7", "agentPoolProfiles": [pool], "resourceGroup": "rg"}
        repository.write("live.json", json.dumps(live))
        repository.commit()
        repository.edit("main.json", "Standard_DS2_v2", "Standard_DS3_v2")
        commands = [line for line in example("terminal.sh").splitlines() if not line.startswith("#")]
        codes, printed = [], []
        for command in commands:
            ran = self.bash(repository, command)
            codes.append(ran.returncode)
            printed.append(ran.stdout)
            self.assertEqual(ran.stderr, "", command)
        # The change is refused in all three ways; by itself the template is fine.
        self.assertEqual(codes, [1, 1, 1, 0, 0, 0, 0], printed)
        self.assertIn("Standard_DS4_v2", printed[2])
        self.assertIn("main.json:32", printed[4])
        self.assertIn("complete", (repository.folder / "armplan.fish").read_text())

    def test_sarif(self):
        repository = self.branch()
        self.assertEqual(self.bash(repository, example("sarif.sh")).returncode, 1)
        document = json.loads((repository.folder / "armplan.sarif").read_text())
        [result] = document["runs"][0]["results"]
        self.assertEqual(result["ruleId"], "aks-pool-vm-size-change")
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], TEMPLATE)

    def test_github(self):
        workflow = read_yaml(example("github.yml"))
        [job] = workflow["jobs"].values()
        checkout, action = job["steps"]
        self.assertEqual(checkout["with"]["fetch-depth"], "0")
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        hub = Hub()
        inputs = {"binary": str(ARMPLAN), **action["with"]}
        env = {"GITHUB_SHA": repository.merge, **hub.environment}
        ran = Run(ROOT, repository.folder, "pull_request", event, inputs, env, [hub.path])
        self.assertEqual((ran.code, len(ran.used), len(hub.read("comments"))), (1, 1, 1), ran.log)

    def test_gitlab(self):
        job = read_yaml(example("gitlab-ci.yml"))["armplan"]
        self.assertEqual(job["variables"], {"GIT_DEPTH": "0"})
        script, reports = "\n".join(job["script"]), job["artifacts"]["reports"]
        repository = self.branch()
        ran = self.bash(repository, script, CI_MERGE_REQUEST_DIFF_BASE_SHA=repository.first)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        [entry] = json.loads((repository.folder / reports["codequality"]).read_text())
        self.assertEqual(entry["location"]["path"], TEMPLATE)
        ElementTree.parse(repository.folder / reports["junit"])
        clean = self.branch(Repository.tagged)
        self.assertEqual(self.bash(clean, script, CI_MERGE_REQUEST_DIFF_BASE_SHA=clean.first).returncode, 0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="armplan-places.") as folder:
        tempfile.tempdir = folder
        unittest.main()
