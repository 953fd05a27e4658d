//! The integration tests, one module a subject, in one binary.

mod cases;
mod cli;
mod corpus;
mod expressions;
mod fact_cases;
mod facts;
mod git_base;
mod hostile;
mod json_spans;
mod judgement;
mod layering;
mod live_facts;
mod papers;
mod provenance;
mod real;
mod rule_pages;
mod silence;
mod templates;
