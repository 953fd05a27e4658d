//! What depends on the Kubernetes minor version: support calendar, skew windows, operating system images.

use crate::aks::{Date, Minor};

use super::raw;

/// One minor version in the support calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// The minor version.
    pub minor: Minor,
    /// First day as a preview.
    pub preview: Date,
    /// First day of general availability, as planned or as it was.
    pub ga: Date,
    /// Last day of community support.
    pub community_end: Date,
    /// Last day of long-term support.
    pub lts_end: Date,
    /// The minor whose general availability ends platform support.
    pub platform_until: Option<Minor>,
    /// Where it stands.
    pub sources: Vec<String>,
}

/// The state of a minor version on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportState {
    /// Not offered yet, not even as a preview.
    Future,
    /// Offered as a preview.
    Preview,
    /// In community support.
    Community,
    /// Past community support, before the platform's end: existing clusters only.
    Platform,
    /// Long-term support only.
    LongTerm,
    /// Past every end.
    Ended,
}

/// How far pools may stay behind control planes from a minor version on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Control planes of this minor and later ones, until the next window.
    pub from: Minor,
    /// Minor versions.
    pub minors: u64,
    /// Where it stands.
    pub sources: Vec<String>,
}

/// Kubernetes versions for which an operating system image exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsRange {
    /// Value of osSKU.
    pub sku: String,
    /// First minor.
    pub from: Option<Minor>,
    /// Last minor.
    pub to: Option<Minor>,
    /// Where it stands.
    pub sources: Vec<String>,
}

/// A Kubernetes minor at which an osSKU changes its operating system by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsShift {
    /// Values of osSKU.
    pub skus: Vec<String>,
    /// The minor from which on it is `after`.
    pub at: Minor,
    /// The system before.
    pub before: String,
    /// The system from there on.
    pub after: String,
    /// Where it stands.
    pub sources: Vec<String>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// In ascending order.
    pub support: Vec<Support>,
    /// In ascending order.
    pub windows: Vec<Window>,
    /// Image ranges.
    pub os_ranges: Vec<OsRange>,
    /// Image shifts.
    pub os_shifts: Vec<OsShift>,
}

impl Calendar {
    /// The row of a minor version.
    pub fn minor(&self, minor: Minor) -> Option<&Support> {
        self.support.iter().find(|row| row.minor == minor)
    }

    /// The state of a minor on a day. Minors older than the table have ended, later ones are in the future; an empty table knows nothing.
    pub fn state(&self, minor: Minor, day: Date) -> Option<SupportState> {
        let oldest = self.support.first()?;
        let Some(row) = self.minor(minor) else {
            return Some(if minor < oldest.minor {
                SupportState::Ended
            } else {
                SupportState::Future
            });
        };
        Some(if day < row.preview {
            SupportState::Future
        } else if day < row.ga {
            SupportState::Preview
        } else if day <= row.community_end {
            SupportState::Community
        } else if self.in_platform_support(row, day) {
            SupportState::Platform
        } else if day <= row.lts_end {
            SupportState::LongTerm
        } else {
            SupportState::Ended
        })
    }

    /// Whether long-term support still covers a minor on a day.
    pub fn in_long_term(&self, minor: Minor, day: Date) -> bool {
        self.minor(minor)
            .is_some_and(|row| row.ga <= day && day <= row.lts_end)
    }

    /// The oldest minor in community support on a day.
    pub fn oldest_supported(&self, day: Date) -> Option<Minor> {
        self.support
            .iter()
            .find(|row| row.ga <= day && day <= row.community_end)
            .map(|row| row.minor)
    }

    /// The newest minor that is generally available on a day.
    pub fn newest(&self, day: Date) -> Option<Minor> {
        self.support
            .iter()
            .rev()
            .find(|row| row.ga <= day)
            .map(|row| row.minor)
    }

    /// How many minors a pool may stay behind a control plane.
    pub fn window(&self, control_plane: Minor) -> Option<u64> {
        self.windows
            .iter()
            .rev()
            .find(|window| window.from <= control_plane)
            .map(|window| window.minors)
    }

    /// The range of an osSKU.
    pub fn os_range(&self, sku: &str) -> Option<&OsRange> {
        self.os_ranges
            .iter()
            .find(|range| range.sku.eq_ignore_ascii_case(sku))
    }

    /// The shifts of an osSKU that an upgrade from `from` to `to` crosses.
    pub fn os_shift(&self, sku: &str, from: Minor, to: Minor) -> Option<&OsShift> {
        self.os_shifts.iter().find(|shift| {
            from < shift.at
                && shift.at <= to
                && shift
                    .skus
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(sku))
        })
    }

    fn in_platform_support(&self, row: &Support, day: Date) -> bool {
        let Some(until) = row.platform_until else {
            return false;
        };
        self.minor(until).is_none_or(|successor| day < successor.ga)
    }
}

impl OsRange {
    /// Whether an image exists for a minor.
    pub fn has(&self, minor: Minor) -> bool {
        self.from.is_none_or(|from| from <= minor) && self.to.is_none_or(|to| minor <= to)
    }
}

/// Where wrong things go: row, key and message.
type Errors<'e> = &'e mut dyn FnMut(String, &'static str, String);

/// Reads the rows of one file.
pub(super) fn read(calendar: &mut Calendar, table: &mut raw::Table, error: Errors<'_>) {
    for raw in table.minor.drain(..) {
        calendar.support.extend(support(raw, error));
    }
    for raw in table.skew.drain(..) {
        let row = &raw.control_plane_from;
        if let Some(from) = minor(row, row, "control-plane-from", error) {
            calendar.windows.push(Window {
                from,
                minors: raw.minors,
                sources: raw.sources,
            });
        }
    }
    for raw in table.os_range.drain(..) {
        let mut bound = |text: &Option<String>, key| {
            let text = text.as_ref()?;
            minor(text, &raw.sku, key, error)
        };
        let from = bound(&raw.from, "from");
        let to = bound(&raw.to, "to");
        calendar.os_ranges.push(OsRange {
            sku: raw.sku,
            from,
            to,
            sources: raw.sources,
        });
    }
    for raw in table.os_shift.drain(..) {
        if let Some(at) = minor(&raw.at, &raw.before, "at", error) {
            calendar.os_shifts.push(OsShift {
                skus: raw.sku,
                at,
                before: raw.before,
                after: raw.after,
                sources: raw.sources,
            });
        }
    }
    calendar.support.sort_by_key(|row| row.minor);
    calendar.windows.sort_by_key(|window| window.from);
}

/// One row of the calendar: months become their first or last day.
fn support(raw: raw::Minor, error: Errors<'_>) -> Option<Support> {
    let mut date = |key: &'static str, text: &str, read: fn(&str) -> Option<Date>| {
        let day = read(text);
        if day.is_none() {
            error(
                raw.version.clone(),
                key,
                format!("`{text}` is neither a month nor a day"),
            );
        }
        day
    };
    let preview = date("preview", &raw.preview, Date::first_day);
    let ga = date("ga", &raw.ga, Date::first_day);
    let community_end = date("community-end", &raw.community_end, Date::last_day);
    let lts_end = date("lts-end", &raw.lts_end, Date::last_day);
    let own = minor(&raw.version, &raw.version, "version", error);
    let until = raw.platform_until.as_ref();
    let row = Support {
        platform_until: until.and_then(|text| minor(text, &raw.version, "platform-until", error)),
        minor: own?,
        preview: preview?,
        ga: ga?,
        community_end: community_end?,
        lts_end: lts_end?,
        sources: raw.sources,
    };
    if row.preview > row.ga || row.ga >= row.community_end || row.community_end >= row.lts_end {
        error(raw.version, "ga", "the dates are not in order".to_owned());
    }
    Some(row)
}

fn minor(text: &str, row: &str, key: &'static str, error: Errors<'_>) -> Option<Minor> {
    let minor = text.parse().ok();
    if minor.is_none() {
        error(
            row.to_owned(),
            key,
            format!("`{text}` is not a minor version"),
        );
    }
    minor
}
