"""What a run of the action meets: a repository with a node pool, and stand-ins for gh, curl and cargo."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "testdata/real/node-pool-2023"
TEMPLATE = "infra/aks-agentpools.json"
PARAMETERS = "infra/aks-agentpools.parameters.json"
ZERO = "0" * 40


class Repository:
    """A git repository; `main` has the node pool of the README's example."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="repository."))
        self.git("init", "-q", "-b", "main")
        (self.folder / "infra").mkdir()
        for path in (TEMPLATE, PARAMETERS):
            shutil.copy(DATA / Path(path).name, self.folder / path)
        self.first = self.commit("first")

    def git(self, *arguments, folder=None):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.com",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.com",
        }
        ran = subprocess.run(
            ["git", "-c", "uploadpack.allowAnySHA1InWant=true", *arguments],
            cwd=folder or self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def commit(self, message="change"):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, path, old, new):
        path = self.folder / path
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def bigger_nodes(self):
        """A change that AKS refuses."""
        self.edit(TEMPLATE, "Standard_DS2_v2", "Standard_DS3_v2")

    def tagged(self):
        """A change that AKS takes."""
        self.edit(TEMPLATE, '"storageProfile"', '"tags": { "team": "a" }, "storageProfile"')

    def more_nodes(self):
        """Another one, which does not get in the way of the first when they are merged."""
        self.edit(TEMPLATE, '"[variables(\'agentPoolProfiles\').agentCount]"', "5")

    def pull_request(self, change):
        """Opens a pull request with a change, while main goes on. Its merge is checked out, as actions/checkout does."""
        self.git("checkout", "-q", "-b", "feature")
        change(self)
        self.head = self.commit("feature")
        self.git("checkout", "-q", "main")
        self.more_nodes()
        self.base = self.commit("main goes on")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
        self.merge = self.git("rev-parse", "HEAD")
        return {
            "number": 7,
            "pull_request": {
                "number": 7,
                "head": {"sha": self.head, "repo": {"full_name": "owner/infra"}},
                # As old as the pull request: the merge may be newer than its event.
                "base": {"sha": self.first},
            },
            "repository": {"default_branch": "main"},
        }

    def clone(self, revision, depth):
        """A clone as actions/checkout makes it: one commit, fetched to a depth."""
        folder = Path(tempfile.mkdtemp(prefix="clone."))
        self.git("init", "-q", folder=folder)
        self.git("remote", "add", "origin", f"file://{self.folder}", folder=folder)
        self.git("fetch", "-q", f"--depth={depth}", "origin", revision, folder=folder)
        self.git("checkout", "-q", "--detach", "FETCH_HEAD", folder=folder)
        return folder


def program(folder, name, text):
    """A program of Python in a folder for PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


class Hub:
    """Stands in for `gh api` on the comments of one pull request."""

    PROGRAM = """
import json, os, re, sys
state = os.environ["HUB_STATE"]
hub = json.load(open(state))
arguments = sys.argv[1:]
assert arguments.pop(0) == "api", sys.argv
hub["calls"].append(arguments)
method, path, jq, fields = "GET", None, None, {}
while arguments:
    one = arguments.pop(0)
    if one == "--method": method = arguments.pop(0)
    elif one == "--jq": jq = arguments.pop(0)
    elif one == "-F":
        name, value = arguments.pop(0).split("=", 1)
        fields[name] = open(value[1:]).read() if value.startswith("@") else value
    elif one in ("--paginate", "--silent"): pass
    else: path = one
code, comments = 0, "repos/owner/infra/issues/7/comments"
if os.environ.get("GH_TOKEN") != hub["token"] or (hub["readonly"] and method != "GET"):
    code = 1
elif path == "user":
    if hub["login"].endswith("[bot]"): code = 1
    else: print(hub["login"])
elif path == comments + "?per_page=100" and method == "GET":
    # The filter of the script, told by its parts.
    marker = re.search(r'startswith\\("(.*?)"\\)', jq)[1]
    login = re.search(r'user.login == "(.*?)"', jq)
    assert login or '.user.type == "Bot"' in jq, jq
    for one in hub["comments"]:
        own = one["login"] == login[1] if login else one["login"].endswith("[bot]")
        if own and one["body"].startswith(marker): print(one["id"])
elif path == comments and method == "POST":
    hub["comments"].append({"id": 100 + len(hub["comments"]), "login": hub["login"], "body": fields["body"]})
elif method == "PATCH":
    number = int(path.removeprefix("repos/owner/infra/issues/comments/"))
    next(one for one in hub["comments"] if one["id"] == number)["body"] = fields["body"]
else:
    raise SystemExit(f"not understood: {sys.argv}")
json.dump(hub, open(state, "w"))
if code: print("HTTP 403", file=sys.stderr)
raise SystemExit(code)
"""

    def __init__(self, login="github-actions[bot]", token="token-of-the-workflow", readonly=False, comments=()):
        self.path = Path(tempfile.mkdtemp(prefix="hub."))
        self.state = self.path / "state.json"
        state = {"login": login, "token": token, "readonly": readonly, "comments": list(comments), "calls": []}
        self.state.write_text(json.dumps(state))
        program(self.path, "gh", self.PROGRAM)

    @property
    def environment(self):
        return {"HUB_STATE": str(self.state)}

    def read(self, member):
        return json.loads(self.state.read_text())[member]


class Downloads:
    """Stands in for `curl`: what it finds are the files in a folder."""

    PROGRAM = """
import os, shutil, sys
assert "--proto" in sys.argv and "=https" in sys.argv, sys.argv
url, target = sys.argv[-1], sys.argv[sys.argv.index("-o") + 1]
folder = os.environ["DOWNLOADS"]
open(os.path.join(folder, "urls"), "a").write(url + "\\n")
source = os.path.join(folder, url.rsplit("/", 1)[1])
if not os.path.exists(source): raise SystemExit(22)
shutil.copy(source, target)
"""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="downloads."))
        program(self.path, "curl", self.PROGRAM)

    @property
    def environment(self):
        return {"DOWNLOADS": str(self.path)}

    @property
    def urls(self):
        path = self.path / "urls"
        return path.read_text().splitlines() if path.exists() else []


def copy_of_the_action():
    """The action in a folder of its own, for tests that change it."""
    folder = Path(tempfile.mkdtemp(prefix="action."))
    shutil.copytree(ROOT / "action", folder / "action")
    for name in ("action.yml", "Cargo.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder
