"""The tests of the hooks, through pre-commit itself, in repositories of their own.

python3 tests/hooks/run.py PRE-COMMIT ARMPLAN [VARIANT...], the variants being system (the one without a word), rust and python.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/action"))
from fixture import TEMPLATE, Repository  # noqa: E402

PRE_COMMIT, ARMPLAN = (os.path.abspath(path) for path in sys.argv[1:3])
VARIANTS = sys.argv[3:] or ["system"]
SUFFIXES = {"system": "-system", "rust": "-rust", "python": ""}


def hooks_repository():
    """This work tree as a repository of hooks: what is not committed yet counts as well."""
    folder = Path(tempfile.mkdtemp(prefix="hooks."))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    repository = Repository.__new__(Repository)
    repository.folder = folder
    repository.git("init", "-q", "-b", "main")
    repository.commit("hooks")
    return repository


class Hooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hooks = hooks_repository()
        cls.home = tempfile.mkdtemp(prefix="pre-commit.")

    def environment(self, installed=True):
        programs = [str(Path(PRE_COMMIT).parent), os.environ["PATH"]]
        if installed:
            programs.insert(0, str(Path(ARMPLAN).parent))
        return {
            "PATH": os.pathsep.join(programs),
            "HOME": os.environ["HOME"],
            "PRE_COMMIT_HOME": self.home,
            "PRE_COMMIT_COLOR": "never",
            # Rust and Python build from this folder's objects where they can.
            "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.com",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.com",
        }

    def run_in(self, repository, *command, installed=True):
        environment = self.environment(installed)
        return subprocess.run(
            command, cwd=repository.folder, env=environment, capture_output=True, text=True, check=False
        )

    def try_repo(self, repository, hook, *more):
        repository.git("add", "-A")
        return self.run_in(repository, PRE_COMMIT, "try-repo", str(self.hooks.folder), hook, "--verbose", *more)

    def run_hook(self, variant, repository, hook):
        if variant == "system":
            return self.try_repo(repository, hook)
        # try-repo forgets what it built; as users have it, both hooks are built once.
        revision = self.hooks.git("rev-parse", "HEAD")
        hooks = [{"id": f"armplan-{name}{SUFFIXES[variant]}"} for name in ("check", "plan")]
        config = {"repos": [{"repo": str(self.hooks.folder), "rev": revision, "hooks": hooks}]}
        repository.write(".pre-commit-config.yaml", json.dumps(config))
        repository.git("add", "-A")
        return self.run_in(repository, PRE_COMMIT, "run", "--verbose", hook, installed=False)

    def passes(self, ran, words=""):
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn(words, ran.stdout)

    def fails(self, ran, words):
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn(words, ran.stdout)

    def test_each_variant_refuses_what_aks_refuses(self):
        for variant in VARIANTS:
            with self.subTest(variant):
                plan, check = (f"armplan-{name}{SUFFIXES[variant]}" for name in ("plan", "check"))
                repository = Repository()
                repository.bigger_nodes()
                self.fails(self.run_hook(variant, repository, plan), "aks-pool-vm-size-change")
                # By itself the template is fine.
                self.passes(self.run_hook(variant, repository, check), "Passed")
                repository = Repository()
                repository.tagged()
                self.passes(self.run_hook(variant, repository, plan), "properties.tags")
                self.passes(self.run_hook(variant, repository, check), "Passed")
                repository.edit(TEMPLATE, '"vmSize": "[variables(', '"vmSize": "[variable(')
                self.fails(self.run_hook(variant, repository, check), "variable")

    def test_unrelated_files_cost_nothing(self):
        repository = Repository()
        repository.write("notes.md", "x")
        self.passes(self.try_repo(repository, "armplan-plan-system"), "(no files to check)")
        repository.write("package.json", "{}")
        self.passes(self.try_repo(repository, "armplan-plan-system"), "nothing to analyse")
        self.passes(self.try_repo(repository, "armplan-check-system"), "nothing to analyse")

    def test_what_is_staged_counts(self):
        repository = Repository()
        repository.tagged()
        repository.git("add", "-A")
        repository.bigger_nodes()
        ran = self.run_in(repository, PRE_COMMIT, "try-repo", str(self.hooks.folder), "armplan-plan-system")
        self.passes(ran)
        self.assertIn("Standard_DS3_v2", (repository.folder / TEMPLATE).read_text())

    def test_a_push_is_compared_with_where_it_left(self):
        repository = Repository()
        repository.git("checkout", "-q", "-b", "feature")
        repository.bigger_nodes()
        repository.commit()
        # What was committed is no change any more, but it is one of the push.
        self.passes(self.try_repo(repository, "armplan-plan-system", "--all-files"), "no changes")
        refs = ("--from-ref", "main", "--to-ref", "HEAD")
        self.fails(self.try_repo(repository, "armplan-plan-system", *refs), "aks-pool-vm-size-change")
        # What happened on main meanwhile is not taken back by the push.
        repository = Repository()
        repository.git("checkout", "-q", "-b", "feature")
        repository.tagged()
        repository.commit()
        repository.git("checkout", "-q", "main")
        repository.bigger_nodes()
        repository.commit()
        repository.git("checkout", "-q", "feature")
        self.passes(self.try_repo(repository, "armplan-plan-system", *refs), "properties.tags")

    def test_the_example_refuses_a_commit_and_takes_arguments(self):
        repository = Repository()
        config = (ROOT / "examples/places/pre-commit-config.yaml").read_text()
        for old, new in (
            ("https://github.com/OWNER/armplan", str(self.hooks.folder)),
            ("rev: v0.1.0", "rev: " + self.hooks.git("rev-parse", "HEAD")),
            ("id: armplan-check\n", "id: armplan-check-system\n"),
            ("id: armplan-plan\n", "id: armplan-plan-system\n        args: [--fail-on, warning, --quiet]\n"),
        ):
            self.assertEqual(config.count(old), 1, old)
            config = config.replace(old, new)
        repository.write(".pre-commit-config.yaml", config)
        repository.commit()
        self.assertEqual(self.run_in(repository, PRE_COMMIT, "install").returncode, 0)
        before = repository.git("rev-parse", "HEAD")
        repository.bigger_nodes()
        refused = self.run_in(repository, "git", "commit", "-q", "-a", "-m", "bigger")
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("aks-pool-vm-size-change", refused.stderr)
        self.assertNotIn("Resource changes", refused.stderr)
        self.assertEqual(repository.git("rev-parse", "HEAD"), before)
        repository.git("checkout", "-q", "HEAD", "--", ".")
        repository.tagged()
        taken = self.run_in(repository, "git", "commit", "-q", "-a", "-m", "tagged")
        self.assertEqual(taken.returncode, 0, taken.stderr)
        self.assertNotEqual(repository.git("rev-parse", "HEAD"), before)


if __name__ == "__main__":
    del sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="armplan-hooks.") as folder:
        tempfile.tempdir = folder
        unittest.main()
