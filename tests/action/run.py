"""The tests of the action: python3 tests/action/run.py PATH-OF-ARMPLAN"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

from fixture import PARAMETERS, ROOT, TEMPLATE, ZERO, Downloads, Hub, Repository, copy_of_the_action, program
from runner import Run, read_yaml

ARMPLAN = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""


def run(repository, name, event, inputs=None, env=None, **more):
    inputs = {"binary": ARMPLAN, "args": "--as-of 2026-07-01", **(inputs or {})}
    workspace = more.pop("workspace", repository.folder)
    sha = repository.git("rev-parse", "HEAD", folder=workspace)
    env = {"GITHUB_SHA": sha, "GITHUB_REF": "refs/heads/main", **(env or {})}
    action = more.pop("action", ROOT)
    return Run(action, workspace, name, event, inputs, env, **more)


def pushed(before, **more):
    return {"before": before, "deleted": False, "repository": {"default_branch": "main"}, **more}


class PullRequests(unittest.TestCase):
    def test_a_refused_change_fails_and_is_told_in_every_place(self):
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        ran = run(repository, "pull_request", event)
        self.assertEqual(ran.code, 1, ran.log)
        wanted = {"verdict": "blocked", "exit-code": "1", "error-count": "1", "base": repository.base}
        self.assertEqual(ran.outputs, ran.outputs | wanted)
        plan = json.loads(Path(ran.outputs["plan-json"]).read_text())
        self.assertEqual(plan["before"], {"kind": "git", "label": repository.base})
        self.assertEqual([one["rule"] for one in plan["findings"]], ["aks-pool-vm-size-change"])
        # Only what the merge changes: that main scaled meanwhile is no part of it.
        paths = [delta["path"] for change in plan["changes"] for delta in change["delta"]]
        self.assertEqual(paths, ["properties.vmSize"])
        self.assertEqual(ran.outputs["steps"], str(len(plan["steps"])))
        line = 1 + (repository.folder / TEMPLATE).read_text().splitlines().index('      "agentVmSize": "Standard_DS3_v2",')
        annotations = [one for one in ran.commands if one.startswith("::error ")]
        self.assertEqual(len(annotations), 1, ran.log)
        self.assertIn(f"file={TEMPLATE},line={line},", annotations[0])
        self.assertIn("aks-pool-vm-size-change", ran.summary)
        self.assertIn(f"https://github.com/owner/infra/blob/{repository.merge}/{TEMPLATE}#L{line}", ran.summary)
        self.assertEqual(ran.summary, ran.summary.rstrip("\n") + "\n")
        self.assertIn("aks-pool-vm-size-change", Path(ran.outputs["plan-markdown"]).read_text())
        [(uses, given)] = ran.used
        self.assertTrue(uses.startswith("github/codeql-action/upload-sarif@"))
        sarif = json.loads(Path(given["sarif_file"]).read_text())
        self.assertEqual(sarif["version"], "2.1.0")
        self.assertEqual(given["category"], "armplan")
        self.assertEqual(given["token"], "token-of-the-workflow")
        self.assertEqual(Path(given["checkout_path"]).resolve(), repository.folder.resolve())
        self.assertIn("PropertyChangeNotAllowed", ran.log)

    def test_a_change_that_is_taken_passes(self):
        repository = Repository()
        event = repository.pull_request(Repository.tagged)
        ran = run(repository, "pull_request", event)
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "changes"), ran.log)
        self.assertEqual(ran.outputs["error-count"], "0")

    def test_files_that_no_deployment_uses_are_fine(self):
        repository = Repository()
        event = repository.pull_request(lambda one: one.write("notes/a b.md", "x"))
        hub = Hub()
        ran = run(repository, "pull_request", event, {"comment": "true"}, hub.environment, path=[hub.path])
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "ok"), ran.log)
        self.assertEqual(hub.read("comments"), [])

    def test_where_the_branch_is_checked_out_the_merge_base_counts(self):
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        repository.git("checkout", "-q", "--detach", repository.head)
        ran = run(repository, "pull_request", event, env={"GITHUB_SHA": repository.merge})
        self.assertEqual((ran.code, ran.outputs["base"]), (1, repository.first), ran.log)

    def test_a_shallow_clone_is_told_what_it_needs(self):
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        shallow = repository.clone(repository.merge, 1)
        ran = run(repository, "pull_request", event, workspace=shallow)
        self.assertEqual(ran.code, 2)
        [told] = ran.commands
        self.assertTrue(told.startswith("::error title=armplan::"), told)
        self.assertIn("`fetch-depth: 2`", told)
        self.assertEqual(ran.outputs["verdict"], "")
        deeper = repository.clone(repository.merge, 2)
        self.assertEqual(run(repository, "pull_request", event, workspace=deeper).code, 1)
        branch = repository.clone(repository.head, 1)
        ran = run(repository, "pull_request", event, workspace=branch, env={"GITHUB_SHA": repository.merge})
        self.assertEqual(ran.code, 2)
        self.assertIn("`fetch-depth: 0`", ran.commands[0])

    def test_forks_and_dependabot_get_the_summary_only(self):
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        hub = Hub(readonly=True)
        fork = json.loads(json.dumps(event))
        fork["pull_request"]["head"]["repo"]["full_name"] = "somebody/infra"
        gone = json.loads(json.dumps(event))
        gone["pull_request"]["head"]["repo"] = None
        for one, env in ((fork, {}), (gone, {}), (event, {"GITHUB_ACTOR": "dependabot[bot]"})):
            env = hub.environment | env
            ran = run(repository, "pull_request", one, {"comment": "true"}, env, path=[hub.path])
            self.assertEqual(ran.code, 1, ran.log)
            self.assertEqual(ran.used, [])
            self.assertEqual(hub.read("calls"), [])
            self.assertIn("aks-pool-vm-size-change", ran.summary)
            self.assertIn("can only read", ran.log)
            self.assertNotIn("pull_request_target", ran.log)

    def test_the_event_with_a_token_that_writes_is_refused(self):
        repository = Repository()
        event = repository.pull_request(Repository.bigger_nodes)
        ran = run(repository, "pull_request_target", event)
        self.assertEqual(ran.code, 2)
        self.assertIn("Use the event pull_request", ran.commands[0])


class OtherEvents(unittest.TestCase):
    def test_a_push_is_compared_with_the_commit_before(self):
        repository = Repository()
        repository.bigger_nodes()
        repository.commit()
        ran = run(repository, "push", pushed(repository.first))
        self.assertEqual((ran.code, ran.outputs["base"]), (1, repository.first), ran.log)
        ran = run(repository, "push", pushed(repository.first), {"fail-on": "never"})
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "blocked"), ran.log)

    def test_a_commit_that_is_not_there_is_never_taken_for_nothing(self):
        repository = Repository()
        repository.bigger_nodes()
        commit = repository.commit()
        ran = run(repository, "push", pushed(repository.first), workspace=repository.clone(commit, 1))
        self.assertEqual(ran.code, 2)
        self.assertIn("`fetch-depth: 0`", ran.commands[0])
        ran = run(repository, "push", pushed("1" * 40))
        self.assertEqual(ran.code, 2)
        self.assertIn("forced push", ran.commands[0])

    def test_a_new_branch_is_compared_with_where_it_left_the_default_branch(self):
        repository = Repository()
        repository.git("update-ref", "refs/remotes/origin/main", "main")
        repository.git("checkout", "-q", "-b", "feature")
        repository.bigger_nodes()
        repository.commit()
        env = {"GITHUB_REF": "refs/heads/feature"}
        ran = run(repository, "push", pushed(ZERO), env=env)
        self.assertEqual((ran.code, ran.outputs["base"]), (1, repository.first), ran.log)
        repository.git("update-ref", "-d", "refs/remotes/origin/main")
        ran = run(repository, "push", pushed(ZERO), env=env)
        self.assertEqual(ran.code, 2)
        self.assertIn("git fetch origin main", ran.commands[0])

    def test_the_first_push_of_the_default_branch_is_a_first_deployment(self):
        repository = Repository()
        repository.edit(TEMPLATE, "1.15.7", "1.34.2")
        repository.commit()
        ran = run(repository, "push", pushed(ZERO))
        plan = json.loads(Path(ran.outputs["plan-json"]).read_text())
        self.assertEqual(plan["before"]["kind"], "none")
        self.assertEqual({one["changeType"] for one in plan["changes"]}, {"Create"})

    def test_a_deleted_branch_is_nothing(self):
        repository = Repository()
        ran = run(repository, "push", pushed(repository.first, deleted=True))
        self.assertEqual((ran.code, ran.outputs["verdict"], ran.used), (0, "ok", []), ran.log)

    def test_a_merge_queue_has_its_base(self):
        repository = Repository()
        repository.bigger_nodes()
        commit = repository.commit()
        event = {"merge_group": {"base_sha": repository.first, "head_sha": commit}}
        ran = run(repository, "merge_group", event)
        self.assertEqual((ran.code, ran.outputs["base"]), (1, repository.first), ran.log)

    def test_other_events_need_a_base(self):
        repository = Repository()
        repository.bigger_nodes()
        repository.commit()
        ran = run(repository, "workflow_dispatch", {})
        self.assertEqual(ran.code, 2)
        self.assertIn("set the input `base`", ran.commands[0])
        for base in ("HEAD^1", f"{repository.first}..."):
            ran = run(repository, "workflow_dispatch", {}, {"base": base})
            self.assertEqual((ran.code, ran.outputs["base"]), (1, repository.first), ran.log)
        ran = run(repository, "workflow_dispatch", {}, {"base": "release/9"})
        self.assertEqual(ran.code, 2)
        self.assertIn("release/9", ran.commands[0])

    def test_check_needs_no_base(self):
        repository = Repository()
        repository.write("infra/broken.json", (repository.folder / TEMPLATE).read_text()[:-20])
        repository.commit()
        ran = run(repository, "schedule", {}, {"command": "check"})
        self.assertEqual((ran.code, ran.outputs["verdict"]), (1, "incomplete"), ran.log)
        ran = run(repository, "schedule", {}, {"command": "check", "paths": f"\n{TEMPLATE}\n", "fail-on": "never"})
        self.assertEqual(ran.code, 0, ran.log)
        plan = json.loads(Path(ran.outputs["plan-json"]).read_text())
        self.assertEqual([one["template"] for one in plan["deployments"]], [TEMPLATE])


class Inputs(unittest.TestCase):
    def setUp(self):
        self.repository = Repository()
        self.repository.bigger_nodes()
        self.repository.commit()
        self.event = pushed(self.repository.first)

    def refused(self, inputs, words):
        ran = run(self.repository, "push", self.event, inputs)
        self.assertEqual(ran.code, 2, ran.log)
        told = [one for one in ran.commands if one.startswith("::error title=armplan::")]
        self.assertEqual(len(told), 1, ran.log)
        self.assertIn(words, told[0])
        self.assertEqual(ran.used, [])

    def test_mistakes_are_told_with_the_name_of_the_input(self):
        for name in ("sarif", "upload-sarif", "annotations", "summary", "comment"):
            self.refused({name: "yes"}, f"the input `{name}` is true or false, not `yes`")
        self.refused({"command": "apply"}, "the input `command` is plan or check, not `apply`")
        self.refused({"directory": "nowhere"}, "the input `directory` names no folder of the workspace: `nowhere`")
        self.refused({"category": 'a" or "'}, "the input `category`")
        self.refused({"binary": "nowhere/armplan"}, "the input `binary` names no file: `nowhere/armplan`")
        self.refused({"binary": str(self.repository.folder / TEMPLATE)}, "cannot be run")
        self.refused({"fail-on": "catastrophe"}, "catastrophe")
        self.refused({"args": "--no-such-option"}, "--no-such-option")
        self.refused({"config": "nowhere.toml"}, "nowhere.toml")

    def test_a_binary_that_is_something_else_is_refused(self):
        folder = Path(tempfile.mkdtemp())
        program(folder, "armplan", "raise SystemExit('I am something else')")
        self.refused({"binary": str(folder / "armplan")}, "I am something else")

    def test_places_can_be_switched_off(self):
        off = {"sarif": "false", "annotations": "false", "summary": "false"}
        ran = run(self.repository, "push", self.event, off)
        self.assertEqual((ran.code, ran.commands, ran.summary, ran.used), (1, [], "", []), ran.log)
        self.assertEqual(ran.outputs["sarif-file"], "")
        ran = run(self.repository, "push", self.event, {"upload-sarif": "false"})
        self.assertEqual(ran.used, [])
        self.assertTrue(Path(ran.outputs["sarif-file"]).exists())

    def test_paths_name_what_is_planned(self):
        self.repository.write("other/main.json", (self.repository.folder / TEMPLATE).read_text())
        ran = run(self.repository, "push", self.event, {"paths": "other/main.json\n"})
        plan = json.loads(Path(ran.outputs["plan-json"]).read_text())
        self.assertEqual([one["template"] for one in plan["deployments"]], ["other/main.json"])

    def test_a_configuration_is_taken(self):
        self.repository.write(
            "deploy/ours.toml",
            f'[[deployment]]\nname = "pools"\ntemplate = "../{TEMPLATE}"\nparameters = ["../{PARAMETERS}"]\n',
        )
        ran = run(self.repository, "push", self.event, {"config": "deploy/ours.toml"})
        plan = json.loads(Path(ran.outputs["plan-json"]).read_text())
        self.assertEqual([one["name"] for one in plan["deployments"]], ["pools"])

    def test_a_checkout_may_lie_in_a_folder(self):
        workspace = Path(tempfile.mkdtemp(prefix="workspace."))
        shutil.copytree(self.repository.folder, workspace / "a b")
        inputs = {"directory": "a b", "binary": ARMPLAN, "args": "--as-of 2026-07-01"}
        ran = Run(ROOT, workspace, "push", self.event, inputs)
        self.assertEqual(ran.code, 1, ran.log)
        self.assertEqual(Path(ran.used[0][1]["checkout_path"]).resolve(), (workspace / "a b").resolve())
        inputs["directory"] = "a b/infra"
        self.assertEqual(Run(ROOT, workspace, "push", self.event, inputs).code, 1)
        (workspace / "plain").mkdir()
        inputs["directory"] = "plain"
        ran = Run(ROOT, workspace, "push", self.event, inputs)
        self.assertEqual(ran.code, 2)
        self.assertIn("run actions/checkout", ran.commands[0])

    def test_words_of_inputs_are_neither_commands_nor_patterns(self):
        self.repository.write("--help", "x")
        self.repository.write("it's $(touch owned) `touch owned` \"x\".json", "{}")
        self.repository.commit()
        inputs = {"args": "--as-of 2026-07-01 --ignore *", "paths": "$(touch owned)\n; touch owned"}
        ran = run(self.repository, "push", self.event, inputs)
        self.assertIn("there is no rule `*`", ran.log)
        self.assertEqual(run(self.repository, "push", self.event).code, 1)
        self.assertFalse((self.repository.folder / "owned").exists())

    def test_more_than_a_thousand_files_are_the_whole_folder(self):
        for number in range(1001):
            self.repository.write(f"notes/{number}.txt", "x")
        self.repository.commit()
        ran = run(self.repository, "push", self.event)
        self.assertEqual((ran.code, ran.outputs["error-count"]), (1, "1"), ran.log)
        changed = Path(ran.context.roots["steps"]["base"]["outputs"]["changed"])
        self.assertEqual(changed.read_bytes(), b"./\0")

    def test_templates_cannot_speak_to_the_runner(self):
        self.repository.write(
            "infra/evil.json",
            (self.repository.folder / TEMPLATE)
            .read_text()
            .replace('"metadata"', '"x\\n::error::from a template\\n"', 1)
            .replace('"agentVmSize":', '"agentVmSize::warning::x":', 1),
        )
        self.repository.write("infra/::error::name.json", "{")
        self.repository.commit()
        ran = run(self.repository, "schedule", {}, {"command": "check", "paths": "infra", "fail-on": "never"})
        for command in ran.commands:
            self.assertRegex(command, r"^::(error|warning|notice) (file=infra/|title=armplan)")
        self.assertNotIn("::error::from", [one[: len("::error::from")] for one in ran.commands])

    @unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "only root can give files away")
    def test_a_checkout_of_another_user_is_read(self):
        subprocess.run(["chown", "-R", "12345", self.repository.folder], check=True)
        inputs = {"binary": ARMPLAN, "args": "--as-of 2026-07-01"}
        ran = Run(ROOT, self.repository.folder, "push", self.event, inputs)
        self.assertEqual(ran.code, 1, ran.log)
        self.assertEqual((ran.temp / ".gitconfig").exists(), False)


class Comments(unittest.TestCase):
    def setUp(self):
        self.repository = Repository()
        self.event = self.repository.pull_request(Repository.bigger_nodes)

    def comment(self, hub, **inputs):
        ran = run(
            self.repository, "pull_request", self.event, {"comment": "true", **inputs}, hub.environment, path=[hub.path]
        )
        self.assertEqual(ran.code, 1, ran.log)
        return ran

    def test_it_is_made_once_and_then_updated(self):
        others = [
            {"id": 1, "login": "somebody", "body": "<!-- armplan:armplan -->\nquoted by a person"},
            {"id": 2, "login": "github-actions[bot]", "body": "<!-- armplan:other -->\nof another use"},
            {"id": 3, "login": "github-actions[bot]", "body": "see <!-- armplan:armplan -->"},
        ]
        hub = Hub(comments=others)
        self.comment(hub)
        self.assertEqual(hub.read("comments")[:3], others)
        [ours] = hub.read("comments")[3:]
        self.assertTrue(ours["body"].startswith("<!-- armplan:armplan -->\n"))
        self.assertIn("aks-pool-vm-size-change", ours["body"])
        self.repository.edit(TEMPLATE, "Standard_DS3_v2", "Standard_DS4_v2")
        self.comment(hub)
        [updated] = hub.read("comments")[3:]
        self.assertEqual(updated["id"], ours["id"])
        self.assertIn("Standard_DS4_v2", updated["body"])
        self.comment(hub, category="second")
        self.assertEqual(len(hub.read("comments")), 5)

    def test_it_is_updated_when_there_is_nothing_left_to_say(self):
        hub = Hub()
        self.comment(hub)
        self.repository.edit(TEMPLATE, "Standard_DS3_v2", "Standard_DS2_v2")
        ran = run(
            self.repository, "pull_request", self.event, {"comment": "true"}, hub.environment, path=[hub.path]
        )
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "ok"), ran.log)
        [comment] = hub.read("comments")
        self.assertNotIn("aks-pool-vm-size-change", comment["body"])

    def test_a_token_of_a_person_finds_the_comment_of_that_person(self):
        hub = Hub(login="deployer", token="personal")
        self.comment(hub, token="personal")
        self.comment(hub, token="personal")
        self.assertEqual([one["login"] for one in hub.read("comments")], ["deployer"])

    def test_what_cannot_be_written_is_a_warning(self):
        ran = self.comment(Hub(readonly=True))
        self.assertEqual([one for one in ran.commands if one.startswith("::warning title=armplan::no comment")][0:1], ran.commands[-1:])
        self.assertIn("`pull-requests: write`", ran.commands[-1])
        ran = self.comment(Hub(), token="wrong")
        self.assertIn("cannot be read", ran.commands[-1])

    def test_it_needs_a_pull_request(self):
        hub = Hub()
        event = pushed(self.repository.first)
        run(self.repository, "push", event, {"comment": "true"}, hub.environment, path=[hub.path])
        self.assertEqual(hub.read("calls"), [])


class Installation(unittest.TestCase):
    TARGETS = {
        ("Linux", "X64"): "x86_64-unknown-linux-gnu",
        ("Linux", "ARM64"): "aarch64-unknown-linux-gnu",
        ("macOS", "X64"): "x86_64-apple-darwin",
        ("macOS", "ARM64"): "aarch64-apple-darwin",
        ("Windows", "X64"): "x86_64-pc-windows-msvc",
    }

    def setUp(self):
        self.repository = Repository()
        self.repository.bigger_nodes()
        self.repository.commit()
        self.event = pushed(self.repository.first)
        self.action = copy_of_the_action()
        self.downloads = Downloads()
        self.version = re.search(r'^version = "(.*)"$', (self.action / "Cargo.toml").read_text(), re.M)[1]

    def release(self, system, version=None, checksum=None):
        """Publishes an archive, and commits its checksum."""
        version = version or self.version
        target = self.TARGETS[system]
        stem = f"armplan-{version}-{target}"
        path = self.downloads.path / f"{stem}.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            text = f'#!/bin/sh\nexec "{ARMPLAN}" "$@"\n'.encode()
            info = tarfile.TarInfo(f"{stem}/armplan{'.exe' if system[0] == 'Windows' else ''}")
            info.size, info.mode = len(text), 0o755
            archive.addfile(info, io.BytesIO(text))
        checksum = checksum or hashlib.sha256(path.read_bytes()).hexdigest()
        with (self.action / "action/checksums.txt").open("a") as file:
            file.write(f"{checksum}  {path.name}\n")
        return path

    def run_on(self, system, inputs=None, path=()):
        env = self.downloads.environment | {"RUNNER_OS": system[0], "RUNNER_ARCH": system[1]}
        inputs = {"binary": "", **(inputs or {})}
        return run(
            self.repository, "push", self.event, inputs, env, action=self.action, path=[self.downloads.path, *path]
        )

    def test_a_release_is_downloaded_and_its_checksum_is_held(self):
        for system, target in self.TARGETS.items():
            self.release(system)
            ran = self.run_on(system)
            self.assertEqual((ran.code, ran.outputs["verdict"]), (1, "blocked"), ran.log)
            url = f"https://github.com/owner/armplan/releases/download/v{self.version}/armplan-{self.version}-{target}.tar.gz"
            self.assertEqual(self.downloads.urls[-1], url)
            [folder] = ran.path_path.read_text().splitlines()
            self.assertTrue(Path(folder, "armplan.exe" if system[0] == "Windows" else "armplan").exists())

    def test_another_checksum_is_refused(self):
        self.release(("Linux", "X64"), checksum="0" * 64)
        ran = self.run_on(("Linux", "X64"))
        self.assertEqual(ran.code, 2)
        self.assertIn("it is not what was released", ran.commands[0])
        self.assertEqual(ran.path_path.read_text(), "")

    def test_what_cannot_be_downloaded_is_told(self):
        self.release(("Linux", "X64")).unlink()
        ran = self.run_on(("Linux", "X64"))
        self.assertEqual(ran.code, 2)
        self.assertIn("cannot be downloaded", ran.commands[0])

    def test_another_version_needs_its_checksum(self):
        ran = self.run_on(("Linux", "X64"), {"version": "v9.9.9"})
        self.assertEqual(ran.code, 2)
        self.assertIn("use the action at the tag v9.9.9", ran.commands[0])
        self.release(("Linux", "X64"), "9.9.9")
        self.assertEqual(self.run_on(("Linux", "X64"), {"version": "v9.9.9"}).code, 1)
        self.assertIn("/v9.9.9/armplan-9.9.9-", self.downloads.urls[-1])

    def test_before_a_release_and_on_other_systems_it_is_built(self):
        cargo = Path(tempfile.mkdtemp(prefix="cargo."))
        program(
            cargo,
            "cargo",
            "import os, sys\n"
            "arguments = sys.argv[1:]\n"
            "assert arguments[0] == 'install' and '--locked' in arguments, arguments\n"
            "assert os.path.exists(arguments[arguments.index('--path') + 1] + '/Cargo.toml')\n"
            "root = arguments[arguments.index('--root') + 1]\n"
            "os.makedirs(root + '/bin')\n"
            f"os.symlink({ARMPLAN!r}, root + '/bin/armplan')\n",
        )
        for system in (("Linux", "X64"), ("Linux", "RISCV64")):
            ran = self.run_on(system, path=[cargo])
            self.assertEqual(ran.code, 1, ran.log)
            self.assertIn("built from source", ran.log)
        self.assertEqual(self.downloads.urls, [])

    def test_without_release_and_cargo_the_ways_out_are_told(self):
        bare = Path(tempfile.mkdtemp(prefix="bare."))
        for name in ("bash", "cat", "awk", "sed", "head", "mktemp", "dirname", "basename", "git", "env"):
            (bare / name).symlink_to(shutil.which(name))
        env = {"PATH": str(bare)}
        ran = run(self.repository, "push", self.event, {"binary": ""}, env, action=self.action)
        self.assertEqual(ran.code, 2, ran.log)
        self.assertIn("install Rust before this action", ran.commands[0])


class TheDefinition(unittest.TestCase):
    def setUp(self):
        self.definition = read_yaml((ROOT / "action.yml").read_text())
        self.steps = self.definition["runs"]["steps"]

    def test_expressions_stand_in_no_script(self):
        for step in self.steps:
            self.assertNotIn("${{", step.get("run", ""))

    def test_every_input_is_used_and_every_output_is_given(self):
        values = " ".join(value for step in self.steps for part in ("env", "with") for value in step.get(part, {}).values())
        for name, one in self.definition["inputs"].items():
            self.assertIn(f"inputs.{name} ", values, name)
            self.assertTrue(one["description"])
        scripts = {step["id"]: self.script(step) for step in self.steps if "id" in step}
        for name, one in self.definition["outputs"].items():
            step, output = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", one["value"]).groups()
            self.assertIn(f"output {output} ", scripts[step], name)

    def test_every_variable_is_used_by_its_script(self):
        for step in self.steps:
            if "run" in step:
                script = self.script(step) + (ROOT / "action/common.sh").read_text()
                for name in step["env"]:
                    if name != "GH_TOKEN":
                        self.assertRegex(script, rf"\$\{{?{name}\b", step["name"])

    def test_actions_are_pinned(self):
        files = [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml"), *(ROOT / "examples/places").rglob("*.yml")]
        for file in files:
            for uses in re.findall(r"^\s*(?:- )?uses: (.*)$", file.read_text(), re.M):
                if not uses.startswith(("./", "OWNER/armplan@")):
                    self.assertRegex(uses, r"^[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", file.name)

    def script(self, step):
        path = re.search(r'"\$\{GITHUB_ACTION_PATH\}/(action/[a-z]+\.sh)"', step["run"])[1]
        return (ROOT / path).read_text()


if __name__ == "__main__":
    # Everything that the tests make goes into one folder, which goes at the end.
    with tempfile.TemporaryDirectory(prefix="armplan-action.") as folder:
        tempfile.tempdir = folder
        unittest.main()
