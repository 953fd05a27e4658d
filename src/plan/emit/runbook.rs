//! Steps to a page for the operator who runs them: what, why, with which commands, what to look at before going on.

use std::fmt::Write;

use crate::finding::AzureError;
use crate::plan::commands::{quoted, segment};
use crate::plan::{Step, StepKind};
use crate::text::{code_fence, code_span};

use super::{Described, DescribedStep, flow, one_line, template};

/// The page.
pub(super) fn text(clusters: &[Described<'_>]) -> String {
    let mut page = Page::default();
    page.head(clusters);
    page.given(clusters);
    for cluster in clusters {
        if clusters.len() > 1 {
            let name = code(&cluster.subject.sequence.cluster.text);
            page.line(&format!("## Cluster {name}\n"));
        }
        let group = segment(&cluster.subject.sequence.id, "resourceGroups");
        let mut scope = match group {
            Some(group) => format!("--resource-group {}", quoted(&group)),
            None => "--resource-group \"$RG\"".to_owned(),
        };
        if let Some(subscription) = segment(&cluster.subject.sequence.id, "subscriptions") {
            let _ = write!(scope, " --subscription {}", quoted(&subscription));
        }
        for step in &cluster.steps {
            page.step(step, &scope);
        }
    }
    for cluster in clusters {
        page.remaining(cluster);
        page.open(cluster);
    }
    page.text.truncate(page.text.trim_end().len());
    page.text.push('\n');
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn head(&mut self, clusters: &[Described<'_>]) {
        let names: Vec<String> = clusters
            .iter()
            .map(|cluster| code(&cluster.subject.sequence.cluster.text))
            .collect();
        self.line(&format!("# Runbook: {}\n", names.join(", ")));
        for cluster in clusters {
            self.line(&format!(
                "From {}, compared with {}.",
                code(&cluster.subject.template),
                code(&cluster.subject.compared)
            ));
        }
        self.line(
            "\nAKS refuses the change as one deployment, or takes it only in this order. Each step is accepted by itself; one runs at a time. `./run.sh` runs all of \
             them, stops at the first failure, and asks before what cannot be undone (marked red below). By hand: the commands of each step, then its check.\n",
        );
        self.line("```mermaid");
        self.text.push_str(&flow(
            clusters.iter().map(|cluster| cluster.subject.sequence),
        ));
        self.line("```\n");
        let is_open = |cluster: &Described<'_>| {
            let sequence = cluster.subject.sequence;
            segment(&sequence.id, "resourceGroups").is_none() || !sequence.cluster.known
        };
        if clusters.iter().any(is_open) {
            self.line("`$RG` and `$CLUSTER` stand for the resource group and the name of the cluster; `run.sh` takes them from the variables RESOURCE\\_GROUP and CLUSTER.\n");
        }
        self.line("A plan made on another day, or after somebody changed the cluster, may be wrong: run `armplan plan` again first.\n");
    }

    /// Parameters that nobody but the user knows.
    fn given(&mut self, clusters: &[Described<'_>]) {
        let open: Vec<&DescribedStep<'_>> = clusters
            .iter()
            .flat_map(|cluster| &cluster.steps)
            .filter(|step| {
                step.template
                    .as_ref()
                    .is_some_and(|one| !one.open.is_empty())
            })
            .collect();
        if open.is_empty() {
            return;
        }
        self.line("## Values to give\n");
        self.line("Secrets and what is not known offline stand in no file. Write them, or references to a key vault, into the parameter files of this table, beside the templates; `run.sh` takes them along and does not begin without them.\n");
        self.line("| file | steps | parameter | type | what it is |\n|---|---|---|---|---|");
        let mut files: Vec<&String> = Vec::new();
        for step in &open {
            let Some(given) = step.given.as_ref().filter(|given| !files.contains(given)) else {
                continue;
            };
            files.push(given);
            let users: Vec<String> = open
                .iter()
                .filter(|other| other.given.as_ref() == Some(given))
                .map(|other| other.step.number.to_string())
                .collect();
            let parameters = step.template.iter().flat_map(|template| &template.open);
            for (name, kind, about) in parameters {
                self.line(&format!(
                    "| {} | {} | {} | {} | {} |",
                    code(given),
                    users.join(", "),
                    cell(&code(name)),
                    template::word(*kind),
                    cell(&prose(about))
                ));
            }
        }
        self.line("");
    }

    fn step(&mut self, described: &DescribedStep<'_>, scope: &str) {
        let step = described.step;
        self.line(&format!("## {}\n", prose(&described.title)));
        self.line(&format!("**Why**: {}\n", prose(&step.reason)));
        if let Some(AzureError {
            code: error,
            target,
        }) = &step.avoids
        {
            let target = target
                .as_ref()
                .map_or_else(String::new, |target| format!(" (target {})", code(target)));
            self.line(&format!(
                "**Azure error avoided**: {}{target}\n",
                code(error)
            ));
        }
        self.commands(described, scope);
        self.line("**Effects**\n");
        if step.effects.is_empty() {
            self.line("* none on nodes and pods");
        }
        for effect in &step.effects {
            self.line(&format!("* {}", prose(effect)));
        }
        self.line("");
        match &step.undo {
            Some(undo) => self.line(&format!("**Undo**: {}\n", prose(undo))),
            None => self.line("**Undo**: none, this step is irreversible.\n"),
        }
        self.line(&format!("**Check before going on**: {}\n", check(step)));
    }

    fn commands(&mut self, described: &DescribedStep<'_>, scope: &str) {
        let step = described.step;
        let Some(template) = &described.template else {
            self.shell("**Commands**\n", &step.commands);
            return;
        };
        let name = &described.name;
        let mut files = String::new();
        if template.values.is_some() {
            let _ = write!(files, " \"@{name}.parameters.json\"");
        }
        if let Some(given) = &described.given {
            let _ = write!(files, " \"@{given}\"");
        }
        let parameters = if files.is_empty() {
            String::new()
        } else {
            format!(" --parameters{files}")
        };
        let deploy = format!(
            "az deployment group create {scope} --name armplan-{name} --template-file {name}.json{parameters}"
        );
        self.shell(
            &format!("**Template**: [`{name}.json`]({name}.json)\n"),
            &[deploy],
        );
        if step
            .commands
            .iter()
            .any(|command| !command.starts_with('#'))
        {
            self.shell("The same by the CLI:\n", &step.commands);
        }
    }

    fn shell(&mut self, head: &str, commands: &[String]) {
        if commands.is_empty() {
            return;
        }
        self.line(head);
        self.fenced("sh", commands);
    }

    fn fenced(&mut self, language: &str, lines: &[String]) {
        let fence = code_fence(&lines.join("\n"));
        self.line(&format!("{fence}{language}"));
        for line in lines {
            self.line(&one_line(line));
        }
        self.line(&format!("{fence}\n"));
    }

    fn remaining(&mut self, cluster: &Described<'_>) {
        if cluster.subject.remaining.changes.is_empty() {
            return;
        }
        self.line("## Remaining edits\n");
        self.line("Once the steps have run, the template has to say what is deployed; with these edits another plan shows no change.\n");
        for note in &cluster.notes {
            self.line(&format!("* {}", prose(note)));
        }
        self.line("");
        if !cluster.diff.is_empty() {
            self.fenced("diff", &cluster.diff);
        }
    }

    fn open(&mut self, cluster: &Described<'_>) {
        let sequence = cluster.subject.sequence;
        if !sequence.unreachable.is_empty() {
            self.line("## Not reached\n");
            for one in &sequence.unreachable {
                self.line(&format!("* {}: {}", prose(&one.what()), prose(&one.reason)));
                if !one.way.is_empty() {
                    self.line(&format!("  Way out: {}", prose(&one.way)));
                }
            }
            self.line("");
        }
        if !sequence.differences.is_empty() {
            self.line("## Other than asked for in the end\n");
            for one in &sequence.differences {
                self.line(&format!("* {}", prose(&one.reason)));
            }
            self.line("");
        }
    }
}

/// What has to hold before the next step.
fn check(step: &Step) -> &'static str {
    match step.kind {
        StepKind::AddPool => {
            "`provisioningState` of the pool is Succeeded and its nodes are Ready; a deployment that succeeded says nothing of nodes that take pods."
        }
        StepKind::ScalePool | StepKind::UpdatePool => {
            "`provisioningState` of the pool is Succeeded."
        }
        StepKind::UpgradePool | StepKind::RollBackPool => {
            "`provisioningState` of the pool is Succeeded, its nodes are Ready and run the version of the step (`kubectl get nodes`)."
        }
        StepKind::DrainPool => {
            "no pods but those of daemon sets run on the nodes (`kubectl get pods --all-namespaces --output wide`), and the others run elsewhere."
        }
        StepKind::DeletePool => {
            "the pool is gone (`az aks nodepool list`) and `provisioningState` of the cluster is Succeeded."
        }
        StepKind::UpgradeControlPlane => {
            "`provisioningState` of the cluster is Succeeded and `currentKubernetesVersion` is the version of the step; the pools are where they were, unless the effects say otherwise."
        }
        StepKind::UpdateCluster => {
            "`provisioningState` of the cluster is Succeeded and so is that of every pool."
        }
        StepKind::Manual => "`provisioningState` and `powerState` are what the step says.",
    }
}

/// Text as a code span.
fn code(text: &str) -> String {
    code_span(&one_line(text))
}

/// Text of a template among words: no markup of its own.
fn prose(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_inside = last.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        let is_markup = matches!(c, '\\' | '*' | '[' | ']' | '<' | '>' | '|' | '~');
        if is_markup || (c == '_' && !is_inside) {
            out.push('\\');
        }
        out.push(c);
        last = c;
    }
    out
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::{code, prose};

    #[test]
    fn text_of_a_template_is_no_markup() {
        assert_eq!(code("a\nb"), "`a\u{fffd}b`");
        assert_eq!(prose("<b>[x](y) *z*"), "\\<b\\>\\[x\\](y) \\*z\\*");
        assert_eq!(prose("Standard_D2s_v5 _x_"), "Standard_D2s_v5 \\_x\\_");
    }
}
