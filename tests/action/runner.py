"""Plays the runner of GitHub Actions for a composite action: inputs to environment, steps to processes, outputs back.

Only what action.yml uses is understood, and everything else is an error, so that nothing passes by being overlooked.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path


def read_yaml(text):
    """The part of YAML that our files are written in: block mappings and lists, scalars, and lists on one line."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip(" "))
        lines.append((indent, line.strip(), number))
    value, rest = _block(_next(lines), 0)
    if rest:
        raise ValueError(f"line {rest[0][2]}: unexpected indentation")
    return value


def _next(lines):
    """From the next line that says something."""
    while lines and (not lines[0][1] or lines[0][1].startswith("#")):
        lines = lines[1:]
    return lines


def _block(lines, indent):
    if lines[0][1].startswith("- "):
        return _items(lines, indent)
    result = {}
    while lines and lines[0][0] == indent:
        _, line, number = lines[0]
        match = re.fullmatch(r"([A-Za-z0-9_.-]+):(?: (.*))?", line)
        if not match or match[1] in result:
            raise ValueError(f"line {number}: not a member of its own: {line}")
        result[match[1]], lines = _value(match[2], lines[1:], indent, number)
    return result, lines


def _items(lines, indent):
    result = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        _, line, number = lines[0]
        text = line[2:]
        if re.match(r"[A-Za-z0-9_.-]+:(?: |$)", text):
            item, lines = _block([(indent + 2, text, number)] + lines[1:], indent + 2)
        else:
            item, lines = _value(text, lines[1:], indent, number)
        result.append(item)
    return result, lines


def _value(text, lines, indent, number):
    """What stands behind a colon or a dash, on the same line or below it."""
    if text in ("|", ">-"):
        below = []
        while lines and (lines[0][0] > indent or not lines[0][1]):
            below.append(lines[0])
            lines = lines[1:]
        while not below[-1][1]:
            below.pop()
        first = below[0][0]
        texts = [" " * (line[0] - first) + line[1] for line in below]
        return (" ".join(texts) if text == ">-" else "\n".join(texts) + "\n"), _next(lines)
    lines = _next(lines)
    if text:
        return _scalar(text, number), lines
    deeper = lines and (lines[0][0] > indent or lines[0][0] == indent and lines[0][1].startswith("- "))
    return _block(lines, lines[0][0]) if deeper else (None, lines)


def _scalar(text, number):
    if text.startswith('"'):
        return json.loads(text)
    text = re.sub(r" #.*", "", text)
    if re.fullmatch(r"\[[^\[\]\"']*\]|\{\}", text):
        return {} if text == "{}" else [one.strip() for one in text[1:-1].split(",")]
    if text[0] in "'|>&*[{%@`!" or ": " in text:
        raise ValueError(f"line {number}: this scalar is not understood: {text}")
    return text


class Context:
    """What expressions are evaluated against."""

    def __init__(self, github, inputs):
        self.roots = {"github": github, "inputs": inputs, "steps": {}}

    def fill(self, text):
        """A text with its expressions replaced."""
        return re.sub(r"\$\{\{(.*?)\}\}", lambda match: self._text(self.value(match[1])), text)

    def value(self, expression):
        expression = expression.strip()
        if "&&" in expression:
            return all(self._truth(self.value(part)) for part in expression.split("&&"))
        for sign, same in (("==", True), ("!=", False)):
            if sign in expression:
                left, right = (self._text(self.value(part)) for part in expression.split(sign))
                return (left == right) is same
        if expression == "!cancelled()":
            return True
        if re.fullmatch(r"'[^']*'", expression):
            return expression[1:-1]
        if not re.fullmatch(r"[a-z_]+(\.[A-Za-z0-9_-]+)+", expression):
            raise ValueError(f"this expression is not understood: {expression}")
        root, *path = expression.split(".")
        value = self.roots[root]
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @staticmethod
    def _truth(value):
        return value not in (None, False, "", 0)

    @staticmethod
    def _text(value):
        if value is None:
            return ""
        return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


class Run:
    """One run of the action, and all that it left behind."""

    def __init__(self, action, workspace, event_name, event, inputs=None, env=None, path=()):
        self.action = Path(action)
        self.definition = read_yaml((self.action / "action.yml").read_text(encoding="utf-8"))
        self.temp = Path(tempfile.mkdtemp(prefix="runner."))
        self.workspace = Path(workspace)
        self.log = ""
        self.used = []
        self.code = 0
        given = dict(inputs or {})
        declared = self.definition["inputs"]
        unknown = given.keys() - declared.keys()
        if unknown:
            raise ValueError(f"the action has no inputs {unknown}")
        github = {
            "event": event,
            "token": "token-of-the-workflow",
            "action_repository": "owner/armplan",
        }
        self.context = Context(github, {})
        for name, one in declared.items():
            self.context.roots["inputs"][name] = given.get(name, self.context.fill(one["default"]))
        self.environment = self._environment(event_name, event, env or {}, path)
        self._steps()
        self.outputs = {
            name: self.context.fill(one["value"]) for name, one in self.definition["outputs"].items()
        }

    def _environment(self, event_name, event, env, path):
        event_path = self.temp / "event.json"
        event_path.write_text(json.dumps(event))
        self.summary_path = self.temp / "summary"
        self.path_path = self.temp / "path"
        self.env_path = self.temp / "env"
        for file in (self.summary_path, self.path_path, self.env_path):
            file.touch()
        environment = {
            "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]]),
            "HOME": str(self.temp),
            "GIT_CONFIG_NOSYSTEM": "1",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_STEP_SUMMARY": str(self.summary_path),
            "GITHUB_ENV": str(self.env_path),
            "GITHUB_PATH": str(self.path_path),
            "GITHUB_EVENT_NAME": event_name,
            "GITHUB_EVENT_PATH": str(event_path),
            "GITHUB_REPOSITORY": "owner/infra",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "42",
            "GITHUB_ACTOR": "somebody",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
        }
        environment.update(env)
        return environment

    def _steps(self):
        for step in self.definition["runs"]["steps"]:
            condition = step.get("if", "success()")
            wanted = condition == "success()" and self.code == 0
            if condition != "success()":
                wanted = self.context._truth(self.context.value(condition[3:-2].strip()))
                # Without a word about the status of the job, a failure before is one.
                wanted = wanted and ("cancelled()" in condition or self.code == 0)
            if not wanted:
                continue
            if "uses" in step:
                self.used.append((step["uses"], {k: self.context.fill(v) for k, v in step["with"].items()}))
            else:
                self._run(step)

    def _run(self, step):
        output_path = self.temp / f"output.{step.get('id', 'unnamed')}"
        output_path.touch()
        environment = dict(self.environment, GITHUB_OUTPUT=str(output_path))
        for name, value in step["env"].items():
            environment[name] = self.context.fill(value)
        assert step["shell"] == "bash", step
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.log += ran.stdout.decode()
        if ran.returncode != 0 and self.code == 0:
            self.code = ran.returncode
        outputs = {}
        for line in output_path.read_text().splitlines():
            name, value = line.split("=", 1)
            outputs[name] = value
        if "id" in step:
            self.context.roots["steps"][step["id"]] = {"outputs": outputs}

    @property
    def summary(self):
        return self.summary_path.read_text()

    @property
    def commands(self):
        """The workflow commands that the runner obeys."""
        obeyed, stop = [], None
        for line in self.log.splitlines():
            if stop is not None:
                if line == f"::{stop}::":
                    stop = None
            elif line.startswith("::stop-commands::"):
                stop = line.removeprefix("::stop-commands::")
            elif line.lstrip().startswith("::"):
                obeyed.append(line.strip())
        assert stop is None, "commands stay stopped"
        return obeyed
