//! What two VM sizes differ in: from their names, and from the table of series where names do not spell it out.

use crate::aks::VmSize;

use super::raw;
use super::words::SizeTrait;

/// A row of the table of series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    family: String,
    versions: Vec<u32>,
    features: String,
    generations: Vec<u8>,
    controllers: Vec<String>,
}

impl Series {
    pub(super) fn new(raw: raw::Series) -> Self {
        Self {
            family: raw.family,
            versions: raw.versions,
            features: raw.features,
            generations: raw.generations,
            controllers: raw.controllers,
        }
    }

    fn fits(&self, size: &VmSize) -> bool {
        self.family.eq_ignore_ascii_case(&size.family)
            && (self.versions.is_empty() || self.versions.contains(&size.version))
            && self
                .features
                .chars()
                .all(|letter| size.features.contains(letter))
    }
}

/// Whether two sizes surely differ (or surely agree) in a trait; none where names and table do not tell.
pub(super) fn differ(series: &[Series], one: &str, two: &str, what: SizeTrait) -> Option<bool> {
    let (one, two) = (VmSize::parse(one)?, VmSize::parse(two)?);
    let row = |size: &VmSize| series.iter().find(|row| row.fits(size));
    match what {
        SizeTrait::Architecture => Some(one.architecture() != two.architecture()),
        SizeTrait::Confidential => Some(one.is_confidential()? != two.is_confidential()?),
        SizeTrait::Generation => disjoint(&row(&one)?.generations, &row(&two)?.generations),
        SizeTrait::DiskController => disjoint(&row(&one)?.controllers, &row(&two)?.controllers),
    }
}

/// Nothing in common; none where one of them is not known.
fn disjoint<T: PartialEq>(one: &[T], two: &[T]) -> Option<bool> {
    (!one.is_empty() && !two.is_empty()).then(|| !one.iter().any(|item| two.contains(item)))
}
