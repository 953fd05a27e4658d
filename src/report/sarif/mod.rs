//! Outcomes as SARIF 2.1.0, in what GitHub code scanning, Azure DevOps and the viewers of editors read of it.

mod result;
mod rules;
mod types;

use crate::engine::Outcome;

use super::summary;
use result::result;
use types as out;

/// Name of the base of all relative paths. The file has no path of the machine.
const ROOT: &str = "%SRCROOT%";

/// The start that Azure DevOps wants of the id of a run; GitHub takes any.
const CATEGORY: &str = "azuredevops/pipeline/build/armplan";

/// No saved definition of a build, in the words of Azure DevOps, which drops a run without them (rules `GHAzDO1019` and
/// `GHAzDO1020` of the SARIF multitool). The phase is one that was made up for armplan.
const BUILD: out::Build = out::Build {
    definition_id: "-1",
    definition_name: "armplan",
    phase_id: "6b6d3b3e-59d9-5e8f-9f9b-0d3f6b2a8c11",
    phase_name: "armplan",
};

/// Results of one file. GitHub takes 25,000 of a run.
const MOST_RESULTS: usize = 25_000;

/// Bytes of one file. GitHub takes 10 MB compressed and shows 5,000 results; so much uncompressed holds these and is safe.
const MOST_BYTES: usize = 10_000_000;

/// Bytes for all that stands around the results.
const MOST_FRAME: usize = 1_000_000;

/// What was not decided, in one file.
const MOST_NOTIFICATIONS: usize = 200;

/// The outcome as one SARIF file.
pub fn sarif(outcome: &Outcome) -> Vec<u8> {
    let (results, dropped) = results(outcome);
    let log = out::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [out::Run {
            tool: out::Tool {
                driver: out::Driver {
                    name: "armplan",
                    full_name: "armplan, linter and deployment planner for Azure Resource Manager",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_HOMEPAGE"),
                    rules: rules::all(),
                },
            },
            automation_details: out::AutomationDetails {
                id: category(outcome),
                properties: BUILD,
            },
            invocations: [out::Invocation {
                execution_successful: outcome.failures.is_empty(),
                tool_execution_notifications: notifications(outcome, dropped),
            }],
            original_uri_base_ids: out::OriginalUriBaseIds {
                root: out::UriBase {
                    description: text(
                        "The root of the repository, or the folder in which armplan ran.",
                    ),
                },
            },
            column_kind: "utf16CodeUnits",
            results,
        }],
    };
    // Our own types serialise: they have no maps with keys that are no text.
    let mut bytes = serde_json::to_vec(&log).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The results in their order, and how many are too many. The least important are those left out.
fn results(outcome: &Outcome) -> (Vec<out::Result>, usize) {
    let alerts = super::alert::errors_first(outcome);
    let mut kept = Vec::new();
    let mut size = MOST_FRAME;
    for alert in alerts.iter().take(MOST_RESULTS) {
        let result = result(outcome, alert);
        let length = serde_json::to_vec(&result).map_or(0, |bytes| bytes.len() + 1);
        if size + length <= MOST_BYTES {
            size += length;
            kept.push((&alert.place, result));
        }
    }
    let dropped = alerts.len() - kept.len();
    kept.sort_by_key(|(place, _)| *place);
    let results = kept.into_iter().map(|(_, result)| result).collect();
    (results, dropped)
}

/// What tells several uploads of one commit apart: the command, and the deployment where there is one.
fn category(outcome: &Outcome) -> String {
    let command = if outcome.is_plan { "plan" } else { "check" };
    match outcome.deployments.as_slice() {
        [deployment] if outcome.is_plan => {
            format!(
                "{CATEGORY}/{command}/{}/",
                deployment.name.trim_matches('/')
            )
        }
        _ => format!("{CATEGORY}/{command}/"),
    }
}

/// What a reader of the results has to know: what was not read, not decided, and left out.
fn notifications(outcome: &Outcome, dropped: usize) -> Vec<out::Notification> {
    let mut notifications: Vec<out::Notification> = outcome
        .failures
        .iter()
        .map(|failure| notification("error", &summary::failure(failure)))
        .collect();
    if dropped > 0 {
        notifications.push(notification(
            "warning",
            &format!(
                "{dropped} further results are left out, for the limits of code scanning; errors were kept first. `--format json` has all."
            ),
        ));
    }
    let undecided = summary::undecided(outcome);
    for (place, words) in undecided.iter().take(MOST_NOTIFICATIONS) {
        let file = outcome.files.get(place.file);
        let locations = if super::alert::is_in_the_tree(&file) {
            vec![result::location(&outcome.files, *place, None)]
        } else {
            Vec::new()
        };
        notifications.push(out::Notification {
            locations,
            ..notification("note", &format!("Not evaluated: {words}."))
        });
    }
    let more = undecided.len().saturating_sub(MOST_NOTIFICATIONS);
    if more > 0 {
        notifications.push(notification(
            "note",
            &format!("{more} more were not evaluated."),
        ));
    }
    notifications
}

fn notification(level: &'static str, words: &str) -> out::Notification {
    out::Notification {
        level,
        message: text(words),
        locations: Vec::new(),
    }
}

/// Plain words as a SARIF text.
fn text(words: &str) -> out::Text {
    out::Text {
        text: escaped(words),
        markdown: None,
    }
}

/// Brackets would make links of what they hold.
fn escaped(words: &str) -> String {
    words
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}
