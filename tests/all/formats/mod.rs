//! Every format: whole documents in every ending, the same exit code in all, and files that are there whole or not at all.

mod files;
mod pipeline;
mod places;
mod sarif;
mod way_out;
mod whatif;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::program::{EMPTY, Folder, Ran, command, pool};

/// All formats of `check` and `plan`.
pub(crate) const FORMATS: [&str; 12] = [
    "text",
    "concise",
    "json",
    "whatif",
    "sarif",
    "github",
    "gitlab",
    "azure-pipelines",
    "junit",
    "markdown",
    "job-summary",
    "html",
];

/// A refused change of a committed template.
pub(crate) fn refused() -> Folder {
    Folder::new()
        .template("infra/main.json", &pool("Standard_D4s_v5"))
        .committed()
        .template("infra/main.json", &pool("Standard_D8s_v5"))
}

#[test]
fn the_formats_are_those_of_the_help() {
    let help = Folder::new().run(&["plan", "--help"]).stdout;
    let (_, list) = help.split_once("--format <FORMAT>").unwrap();
    let (list, _) = list.split_once("--output").unwrap();
    let listed: BTreeSet<&str> = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next())
        .collect();
    assert_eq!(listed, FORMATS.into_iter().collect());
}

#[test]
fn every_ending_is_a_whole_document_with_the_same_exit_code_in_every_format() {
    let open = r#""parameters": { "size": { "type": "string" } }, "resources": [ { "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "apiVersion": "2025-05-01", "name": "aks1/user1", "properties": { "mode": "User", "count": 3, "vmSize": "[parameters('size')]" } } ]"#;
    let folder = refused()
        .template("open.json", open)
        .template("size.json", &pool("Standard_D4s_v5"))
        .template("fine.json", EMPTY)
        .with("none/readme.txt", "x");
    let endings: [(&[&str], i32); 7] = [
        (&["plan", "infra/main.json"], 1),
        (&["plan", "infra/main.json", "--fail-on", "never"], 0),
        (&["plan", "nosuch.json"], 2),
        (
            &[
                "plan",
                "open.json",
                "--before",
                "size.json",
                "--strict",
                "--fail-on",
                "never",
            ],
            4,
        ),
        (&["check", "none"], 3),
        (&["check", "fine.json"], 0),
        (
            &[
                "plan",
                "infra/main.json",
                "--new",
                "--detailed-exitcode",
                "--ignore",
                "aks-system-pool-missing",
            ],
            5,
        ),
    ];
    for (arguments, code) in endings {
        for format in FORMATS {
            let ran = folder.run(&[arguments, &["--format", format]].concat());
            assert_eq!(
                ran.code, code,
                "{arguments:?} {format}\n{}\n{}",
                ran.stdout, ran.stderr
            );
            assert_whole(format, &ran);
        }
    }
}

/// The example of the README in each format that has no golden files of its own.
#[test]
fn the_example_looks_as_it_was_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = "testdata/real/node-pool-2023";
    for format in FORMATS {
        if matches!(format, "text" | "json" | "whatif" | "sarif" | "job-summary") {
            continue;
        }
        let run = command(root, &[])
            .args([
                "plan",
                "-p",
                &format!("{folder}/aks-agentpools.parameters.json"),
            ])
            .arg(format!("{folder}/bigger-nodes.json"))
            .args(["--before", &format!("{folder}/aks-agentpools.json")])
            .args(["--as-of", "2026-07-01", "--format", format])
            .output()
            .unwrap();
        let printed = Ran::of(run).exits(1).stdout;
        let path = root.join("testdata/reports").join(format);
        if std::env::var_os("ARMPLAN_BLESS").is_some() {
            fs::write(&path, &printed).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            stored, printed,
            "{format} is stale: ARMPLAN_BLESS=1 cargo test --test all formats"
        );
    }
}

/// Whether what a format printed is one document of its kind.
fn assert_whole(format: &str, ran: &Ran) {
    let out = &ran.stdout;
    match format {
        "json" => drop(ran.document()),
        "sarif" => sarif::assert_valid(out),
        "gitlab" => assert!(
            serde_json::from_str::<serde_json::Value>(out)
                .unwrap()
                .is_array(),
            "{out}"
        ),
        "junit" => assert_eq!(xml(out).root_element().tag_name().name(), "testsuites"),
        "html" => assert_eq!(xml(out).root_element().tag_name().name(), "html"),
        "markdown" | "job-summary" => {
            assert!(out.starts_with("## ") && out.ends_with('\n'), "{out}");
        }
        _ => {}
    }
}

/// A whole document by a strict reader. Our HTML is XML as well.
fn xml(text: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    roxmltree::Document::parse_with_options(text, options)
        .unwrap_or_else(|error| panic!("{error}:\n{text}"))
}
