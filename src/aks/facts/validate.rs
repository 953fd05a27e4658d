//! Tables as written to validated rows; every wrong thing is reported with file, row and key.

use std::collections::{BTreeMap, BTreeSet};

use crate::aks::{ApiVersion, Date, Minor};
use crate::diff::{Compare, Comparison, Omitted, ServiceDefault};
use crate::finding::{Confidence, Level};

use super::error::TableError;
use super::pattern::{Pattern, Patterns};
use super::raw;
use super::row::{ApiRange, Change, Evidence, Fact, Of, Property, Says, When};
use super::sources::Sources;
use super::words::{Loudness, Scope, Verdict, WayOut};

/// What is said where a row says nothing of its own.
#[derive(Default)]
pub(super) struct Wordings {
    by_verdict: BTreeMap<(Verdict, bool), raw::Wording>,
    ways: BTreeMap<WayOut, String>,
    sources: Sources,
}

/// Collects errors of one file.
pub(super) struct Checker<'a> {
    file: &'a str,
    checked: Option<Date>,
    wordings: &'a Wordings,
    errors: &'a mut Vec<TableError>,
}

impl Wordings {
    /// Reads the wordings of one file into the collection.
    pub(super) fn add(&mut self, file: &str, table: &mut raw::Table, errors: &mut Vec<TableError>) {
        for wording in table.wording.drain(..) {
            self.by_verdict
                .insert((wording.verdict, wording.pool), wording);
        }
        self.sources.add(std::mem::take(&mut table.source));
        for (word, sentence) in std::mem::take(&mut table.way_out) {
            if let Some(way) = WayOut::ALL.iter().find(|way| way.word() == word) {
                self.ways.insert(*way, sentence);
            } else {
                errors.push(TableError {
                    file: file.to_owned(),
                    row: String::new(),
                    key: format!("way-out.{word}"),
                    message: "not a way out".to_owned(),
                });
            }
        }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn new(
        file: &'a str,
        checked: Option<&str>,
        wordings: &'a Wordings,
        errors: &'a mut Vec<TableError>,
    ) -> Self {
        let mut checker = Self {
            file,
            checked: None,
            wordings,
            errors,
        };
        checker.checked = checked.and_then(|text| checker.day(text, "", "checked"));
        checker
    }

    pub(super) fn error(&mut self, row: &str, key: &str, message: impl Into<String>) {
        self.errors.push(TableError {
            file: self.file.to_owned(),
            row: row.to_owned(),
            key: key.to_owned(),
            message: message.into(),
        });
    }

    /// The links of sources. Every row has one, and every short name a link.
    pub(super) fn sources(&mut self, row: &str, sources: &[String]) -> Vec<String> {
        if sources.is_empty() {
            self.error(row, "sources", super::NO_SOURCE);
        }
        let mut links: Vec<String> = Vec::new();
        for source in sources {
            match self.wordings.sources.link(source) {
                Some(link) if !links.contains(&link) => links.push(link),
                Some(_) => {}
                None => self.error(
                    row,
                    "sources",
                    format!("nothing says where `{source}` is found"),
                ),
            }
        }
        links
    }

    /// The same for the rows of calendar and series.
    pub(super) fn sources_of_rows(&mut self, table: &mut raw::Table) {
        for row in &mut table.minor {
            row.sources = self.sources(&row.version, &row.sources);
        }
        for row in &mut table.skew {
            row.sources = self.sources(&row.control_plane_from, &row.sources);
        }
        for row in &mut table.os_range {
            row.sources = self.sources(&row.sku, &row.sources);
        }
        for row in &mut table.os_shift {
            row.sources = self.sources(&row.before, &row.sources);
        }
        for row in &mut table.series {
            row.sources = self.sources(&row.family, &row.sources);
        }
    }

    fn day(&mut self, text: &str, row: &str, key: &str) -> Option<Date> {
        let day = text.parse().ok();
        if day.is_none() {
            self.error(
                row,
                key,
                format!("`{text}` is not a day written YYYY-MM-DD"),
            );
        }
        day
    }

    fn api(
        &mut self,
        text: Option<&str>,
        row: &str,
        key: &str,
        preview: Option<bool>,
    ) -> Option<ApiVersion> {
        let text = text?;
        let Ok(version) = text.parse::<ApiVersion>() else {
            self.error(row, key, format!("`{text}` is not an API version"));
            return None;
        };
        if preview.is_some_and(|preview| preview != version.is_preview()) {
            self.error(
                row,
                key,
                format!("`{text}` belongs into the other of `stable` and `preview`"),
            );
        }
        Some(version)
    }

    fn minor(&mut self, text: Option<&str>, row: &str, key: &str) -> Option<Minor> {
        let text = text?;
        let minor = text.parse().ok();
        if minor.is_none() {
            self.error(row, key, format!("`{text}` is not a minor version"));
        }
        minor
    }

    fn evidence(
        &mut self,
        row: &str,
        confidence: raw::Confidence,
        sources: &[String],
        checked: Option<&str>,
    ) -> Option<Evidence> {
        let sources = self.sources(row, sources);
        let checked = match checked {
            Some(text) => self.day(text, row, "checked"),
            None => self.checked,
        };
        if checked.is_none() {
            self.error(
                row,
                "checked",
                "neither the row nor the file says when its sources were read",
            );
        }
        Some(Evidence {
            confidence: confidence.into(),
            sources,
            checked: checked?,
        })
    }

    pub(super) fn property(&mut self, raw: raw::Property) -> Option<Property> {
        let row = raw.id.clone();
        self.path(&raw.path, &row, "path");
        if raw.default.is_some() && raw.default_depends {
            self.error(
                &row,
                "default-depends",
                "a default is either a constant or depends",
            );
        }
        let api = ApiRange {
            first_stable: self.api(raw.stable.as_deref(), &row, "stable", Some(false)),
            last_stable: self.api(raw.last_stable.as_deref(), &row, "last-stable", Some(false)),
            first_preview: self.api(raw.preview.as_deref(), &row, "preview", Some(true)),
            last_preview: self.api(
                raw.last_preview.as_deref(),
                &row,
                "last-preview",
                Some(true),
            ),
        };
        if api.first_stable.is_none() && api.first_preview.is_none() {
            self.error(&row, "stable", "a member exists in some API version");
        }
        let comparison = comparison(&raw);
        let evidence = self.evidence(&row, raw.confidence, &raw.sources, raw.checked.as_deref())?;
        let mut seen = BTreeSet::new();
        let mut changes = Vec::new();
        for change in &raw.change {
            if !seen.insert(change.case.as_str()) {
                self.error(&row, "case", format!("two cases named `{}`", change.case));
            }
            changes.extend(self.change(&raw, &evidence, change));
        }
        Some(Property {
            fixed: changes
                .iter()
                .any(|change| change.verdict == Verdict::Refused),
            id: raw.id,
            fact: raw.fact,
            scope: raw.scope,
            path: raw.path,
            inner: Vec::new(),
            role: raw.role,
            api,
            comparison,
            evidence,
            changes,
            about: raw.about,
        })
    }

    /// Members that only the service writes: rows without an id of their own in the catalog.
    pub(super) fn read_only(&mut self, raw: raw::ReadOnly) -> Vec<Property> {
        let row = format!("read-only {}", raw.scope.word());
        let Some(evidence) = self.evidence(&row, raw::Confidence::High, &raw.sources, None) else {
            return Vec::new();
        };
        for path in &raw.paths {
            self.path(path, &row, "paths");
        }
        let member = |path: String| Property {
            id: String::new(),
            fact: "read-only".to_owned(),
            scope: raw.scope,
            path,
            inner: Vec::new(),
            role: None,
            api: ApiRange::default(),
            comparison: Comparison {
                compare: Compare::Exact,
                default: ServiceDefault::None,
                empty: Vec::new(),
                omitted: Omitted::Keeps,
                read_only: true,
                write_only: false,
            },
            fixed: false,
            evidence: evidence.clone(),
            changes: Vec::new(),
            about: "Only the service writes it; what a template says is ignored.".to_owned(),
        };
        raw.paths.into_iter().map(member).collect()
    }

    fn path(&mut self, path: &str, row: &str, key: &str) {
        let whole = !path.is_empty() && path.split('.').all(|segment| !segment.is_empty());
        if !whole || path.contains(['[', ']', '/', ' ']) {
            self.error(row, key, format!("`{path}` is not a dotted path"));
        }
    }

    fn change(
        &mut self,
        raw: &raw::Property,
        evidence: &Evidence,
        change: &raw::Change,
    ) -> Option<Change> {
        let row = format!("{}/{}", raw.id, change.case);
        for path in change
            .alongside
            .iter()
            .chain(change.when.iter().map(|when| &when.path))
        {
            self.path(path, &row, "when");
        }
        if let Some(when) = change
            .when
            .iter()
            .find(|when| when.before.is_none() && when.after.is_none() && when.either.is_none())
        {
            self.error(
                &row,
                "when",
                format!("the condition on `{}` has no pattern", when.path),
            );
        }
        let evidence = match (&change.sources, change.confidence, &change.checked) {
            (None, None, None) => evidence.clone(),
            (sources, confidence, checked) => self.evidence(
                &row,
                confidence.unwrap_or(raw.confidence),
                sources.as_ref().unwrap_or(&raw.sources),
                checked.as_deref().or(raw.checked.as_deref()),
            )?,
        };
        let says = self.says_of_change(raw, change, &row, evidence)?;
        Some(Change {
            case: change.case.clone(),
            from: patterns(change.from.as_ref()),
            to: patterns(change.to.as_ref()),
            relation: change.relation,
            added: patterns(change.added.as_ref()),
            api_from: self.api(change.api_from.as_deref(), &row, "api-from", None),
            api_before: self.api(change.api_before.as_deref(), &row, "api-before", None),
            api_kind: change.api_kind,
            kubernetes_from: self.minor(change.kubernetes_from.as_deref(), &row, "kubernetes-from"),
            kubernetes_before: self.minor(
                change.kubernetes_before.as_deref(),
                &row,
                "kubernetes-before",
            ),
            form: change.form,
            when: change.when.iter().map(when).collect(),
            alongside: change.alongside.clone(),
            differs: change.differs.clone(),
            vnet: change.vnet,
            gate: change.gate.clone(),
            verdict: change.verdict,
            says,
        })
    }

    fn says_of_change(
        &mut self,
        raw: &raw::Property,
        change: &raw::Change,
        row: &str,
        evidence: Evidence,
    ) -> Option<Says> {
        let pool = raw.scope == Scope::Pool;
        let Some(wording) = self.wordings.by_verdict.get(&(change.verdict, pool)) else {
            self.error(
                row,
                "verdict",
                format!("no wording for `{}`", change.verdict.word()),
            );
            return None;
        };
        let level = change.level.unwrap_or(wording.level);
        // An empty code says that none is known, where the wording of the verdict has one.
        let code = change
            .code
            .clone()
            .or_else(|| wording.code.clone())
            .filter(|code| !code.is_empty());
        let target = change.target.clone().or_else(|| raw.target.clone());
        let child_target = change
            .child_target
            .clone()
            .or_else(|| raw.child_target.clone());
        let (target, child_target) = if pool {
            (
                target.unwrap_or_else(|| format!("agentPoolProfile.{}", raw.path)),
                child_target.or_else(|| Some(format!("properties.{}", raw.path))),
            )
        } else {
            (target.unwrap_or_else(|| raw.path.clone()), None)
        };
        let way_out = change.way_out.unwrap_or(wording.way_out);
        let says = Says {
            level: level.level(),
            rule: change.rule.clone().or_else(|| wording.rule.clone()),
            target: code.is_some().then_some(target),
            child_target: child_target.filter(|_| code.is_some()),
            code,
            message: change
                .message
                .clone()
                .unwrap_or_else(|| wording.message.clone()),
            way_out,
            way: self.way(row, way_out, change.way.as_ref()),
            evidence,
        };
        self.check_says(row, change.verdict, &says);
        Some(says)
    }

    fn way(&mut self, row: &str, way_out: WayOut, own: Option<&String>) -> String {
        if let Some(own) = own.or_else(|| self.wordings.ways.get(&way_out)) {
            return own.clone();
        }
        if way_out != WayOut::None {
            self.error(row, "way", format!("no sentence for `{}`", way_out.word()));
        }
        String::new()
    }

    fn check_says(&mut self, row: &str, verdict: Verdict, says: &Says) {
        if says.rule.as_ref().is_some_and(|rule| !is_rule_id(rule)) {
            self.error(
                row,
                "rule",
                "a rule's id is kebab-case and begins with `aks-`",
            );
        }
        if says.evidence.confidence == Confidence::Low && says.level == Some(Level::Error) {
            self.error(row, "level", "a guess is never an error");
        }
        if says.message.trim().is_empty() {
            self.error(row, "message", "empty");
        }
        if verdict == Verdict::Refused && says.level.is_none() {
            self.error(row, "level", "a refusal is not silent");
        }
        if says.rule.is_none() {
            self.error(row, "rule", "a row without a rule could never be heard");
        }
    }

    pub(super) fn fact(&mut self, raw: raw::Fact) -> Option<Fact> {
        let row = raw.id.clone();
        let evidence = self.evidence(&row, raw.confidence, &raw.sources, raw.checked.as_deref())?;
        let says = Says {
            level: raw.level.level(),
            rule: raw.rule,
            code: raw.code,
            child_target: raw.child_target.or_else(|| raw.target.clone()),
            target: raw.target,
            message: raw.message,
            way_out: raw.way_out,
            way: self.way(&row, raw.way_out, raw.way.as_ref()),
            evidence,
        };
        self.check_says(&row, raw.verdict, &says);
        Some(Fact {
            id: raw.id,
            name: raw.name,
            verdict: raw.verdict,
            says,
            numbers: raw.numbers,
            lists: raw.lists,
            unseen: raw.unseen,
        })
    }
}

fn is_rule_id(text: &str) -> bool {
    text.starts_with("aks-")
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn patterns(raw: Option<&raw::OneOrMany>) -> Patterns {
    Patterns(match raw {
        None => Vec::new(),
        Some(raw::OneOrMany::One(text)) => vec![Pattern::parse(text)],
        Some(raw::OneOrMany::Many(texts)) => {
            texts.iter().map(|text| Pattern::parse(text)).collect()
        }
    })
}

fn when(raw: &raw::When) -> When {
    When {
        of: match raw.of {
            raw::Of::Pool => Of::Pool,
            raw::Of::Cluster => Of::Cluster,
            raw::Of::Resource => Of::Resource,
            raw::Of::AnyPool => Of::AnyPool,
            raw::Of::NoPool => Of::NoPool,
        },
        path: raw.path.clone(),
        before: patterns(raw.before.as_ref()),
        after: patterns(raw.after.as_ref()),
        either: patterns(raw.either.as_ref()),
    }
}

fn comparison(raw: &raw::Property) -> Comparison {
    Comparison {
        compare: raw.compare,
        default: match &raw.default {
            _ if raw.default_depends => ServiceDefault::Depends,
            Some(value) => ServiceDefault::Constant(value.clone()),
            None => ServiceDefault::None,
        },
        empty: raw.empty.clone(),
        omitted: match raw.omitted {
            None | Some(raw::Omitted::Keeps) => Omitted::Keeps,
            Some(raw::Omitted::Clears) => Omitted::Clears,
            Some(raw::Omitted::Default) => Omitted::Default,
        },
        read_only: raw.read_only,
        write_only: raw.write_only,
    }
}

impl From<raw::Confidence> for Confidence {
    fn from(raw: raw::Confidence) -> Self {
        match raw {
            raw::Confidence::High => Self::High,
            raw::Confidence::Medium => Self::Medium,
            raw::Confidence::Low => Self::Low,
        }
    }
}

/// Turns what a row says round: a refusal becomes allowed and silent, everything else becomes a refusal.
pub(super) fn turn_round(verdict: &mut Verdict, says: &mut Says) {
    if *verdict == Verdict::Refused || says.level == Some(Level::Error) {
        *verdict = Verdict::Allowed;
        says.level = Loudness::None.level();
    } else {
        *verdict = Verdict::Refused;
        says.level = Loudness::Error.level();
    }
}
