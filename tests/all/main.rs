//! The integration tests, one module a subject, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, reads test data from the disk and reports to the terminal"
)]

mod bad_input;
mod bicep;
mod bicep_programs;
mod bicep_project;
mod cases;
mod cli;
mod conditions;
mod corpus;
mod damage;
mod emit;
mod expressions;
mod fact_cases;
mod facts;
mod folders;
mod formats;
mod git_base;
mod hints;
mod hostile;
mod json_spans;
mod judgement;
mod layering;
mod live_facts;
mod pairs;
mod papers;
mod program;
mod provenance;
mod real;
mod rule_pages;
mod secrets;
mod silence;
mod steps;
mod templates;
