//! The integration tests, one module a subject, in one binary.

mod cases;
mod corpus;
mod expressions;
mod fact_cases;
mod facts;
mod json_spans;
mod layering;
mod live_facts;
mod provenance;
mod real;
mod rule_pages;
mod silence;
mod templates;
