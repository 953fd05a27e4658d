//! A snapshot that cannot be used: what is wrong, where, and what would be taken.

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use crate::text::{FileId, Files, Span};

/// The forms of a live state, for the help of errors.
const FORMS: &str = "--live takes the JSON of: az aks show, az aks list, az aks nodepool show, az aks nodepool list, \
    az rest or az resource show (ARM shape), an exported template (az group export), az deployment .. what-if \
    --no-pretty-print, and *.snapshot.json; one object, an array, or {\"value\": [..]}";

/// User error: a file that is no snapshot.
#[derive(Debug, Error, Diagnostic)]
pub enum LiveError {
    /// The text is not JSON.
    #[error("{path} is not JSON: {message}")]
    #[diagnostic(code(armplan::live::json))]
    NotJson {
        /// As shown to the user.
        path: String,
        /// What is wrong.
        message: String,
        /// The text.
        #[source_code]
        text: NamedSource<String>,
        /// Where.
        #[label]
        place: SourceSpan,
        /// What would be taken.
        #[help]
        help: String,
    },

    /// JSON, but none of the forms.
    #[error("{path} is no snapshot that armplan knows: {message}")]
    #[diagnostic(code(armplan::live::unknown_form))]
    UnknownForm {
        /// As shown to the user.
        path: String,
        /// What it is instead.
        message: String,
        /// The text.
        #[source_code]
        text: NamedSource<String>,
        /// Where.
        #[label]
        place: SourceSpan,
        /// What would be taken.
        #[help]
        help: String,
    },

    /// The answer of a what-if that shows no resources.
    #[error("{path}: {message}")]
    #[diagnostic(code(armplan::live::what_if))]
    WhatIf {
        /// As shown to the user.
        path: String,
        /// What it is instead.
        message: String,
        /// How to get a usable one.
        #[help]
        help: String,
    },
}

impl LiveError {
    pub(super) fn not_json(files: &Files, place: Span, message: &str) -> Box<Self> {
        let (path, text) = source(files, place.file);
        Box::new(Self::NotJson {
            path,
            message: message.to_owned(),
            text,
            place: range(place),
            help: FORMS.to_owned(),
        })
    }

    pub(super) fn unknown_form(
        files: &Files,
        place: Span,
        message: impl Into<String>,
    ) -> Box<Self> {
        let (path, text) = source(files, place.file);
        Box::new(Self::UnknownForm {
            path,
            message: message.into(),
            text,
            place: range(place),
            help: FORMS.to_owned(),
        })
    }

    pub(super) fn what_if(
        files: &Files,
        file: FileId,
        message: impl Into<String>,
        help: &str,
    ) -> Box<Self> {
        Box::new(Self::WhatIf {
            path: files.get(file).path.clone(),
            message: message.into(),
            help: help.to_owned(),
        })
    }
}

fn source(files: &Files, file: FileId) -> (String, NamedSource<String>) {
    let file = files.get(file);
    let text = NamedSource::new(&file.path, file.text.to_string()).with_language("JSON");
    (file.path.clone(), text)
}

/// One character is enough to point at: a whole snapshot is no label.
fn range(place: Span) -> SourceSpan {
    let length = place.end.saturating_sub(place.start).min(1);
    (place.start as usize, length as usize).into()
}
