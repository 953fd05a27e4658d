//! What the name of a VM size tells, by Azure's naming convention: `Standard_` family, subfamily, vCPUs, constrained vCPUs,
//! features, accelerator, version (<https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions>).

/// The parts of a VM size's name. What a name does not spell out is not here: see `facts::Facts::size`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmSize {
    /// Family with its subfamily, upper case (`D`, `NC`, `DC`, `HB`).
    pub family: String,
    /// vCPUs of the size; with constrained vCPUs those that are usable.
    pub vcpus: u32,
    /// Lower-case feature letters (`pds`), which tell processor, disks and more.
    pub features: String,
    /// Accelerators and processors that are written out (`A100`, `T4`, `H100`).
    pub accelerator: Option<String>,
    /// Version of the series; 1 for a name without one.
    pub version: u32,
}

/// Architecture of the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// AMD or Intel, 64 bits.
    X64,
    /// Arm, 64 bits.
    Arm64,
}

impl VmSize {
    /// Reads a name such as `Standard_D8ds_v5`; none where it does not follow the convention.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('_');
        let tier = parts.next()?;
        if !tier.eq_ignore_ascii_case("standard") && !tier.eq_ignore_ascii_case("basic") {
            return None;
        }
        let core = parts.next()?;
        let mut size = Self::core(core)?;
        for part in parts {
            if let Some(version) = version(part) {
                size.version = version;
            } else if part.eq_ignore_ascii_case("promo") {
                // A price, not a size.
            } else if part.bytes().all(|b| b.is_ascii_alphanumeric()) && !part.is_empty() {
                size.accelerator = Some(part.to_ascii_uppercase());
            } else {
                return None;
            }
        }
        Some(size)
    }

    /// `D8ds`, `M64-32ms`, `NC24ads`: letters, number, constrained number, letters.
    fn core(text: &str) -> Option<Self> {
        let digits_at = text.find(|c: char| c.is_ascii_digit())?;
        let (family, rest) = text.split_at(digits_at);
        if family.is_empty() || !family.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let (count, mut rest) = number(rest)?;
        let mut vcpus = count;
        if let Some(constrained) = rest.strip_prefix('-') {
            (vcpus, rest) = number(constrained)?;
        }
        if !rest.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        // `DS3`, `GS2`, `FS4`: the s of premium storage stands before the number in the old names.
        let mut family = family.to_ascii_uppercase();
        let mut features = rest.to_ascii_lowercase();
        if matches!(family.as_str(), "DS" | "GS" | "FS") {
            family.truncate(1);
            features.push('s');
        }
        Some(Self {
            family,
            vcpus,
            features,
            accelerator: None,
            version: 1,
        })
    }

    /// Arm64 where the feature letter p stands, else x64. `NP` sizes have the p in their family and are x64.
    pub fn architecture(&self) -> Architecture {
        if self.features.contains('p') {
            Architecture::Arm64
        } else {
            Architecture::X64
        }
    }

    /// A confidential VM: the families DC and EC from version 5 on, and NCC. Older DC sizes are ordinary VMs with
    /// enclaves, and `_cc_` sizes only host confidential children: for both the name does not tell.
    pub fn is_confidential(&self) -> Option<bool> {
        match self.family.as_str() {
            "NCC" => Some(true),
            "DC" | "EC" if self.version >= 5 && self.accelerator.is_none() => Some(true),
            "DC" | "EC" => None,
            _ => Some(false),
        }
    }

    /// Whether it has a local temporary disk. The letter d says so for every series; without it only series
    /// before version 4 have one, except where the letter l or a later convention leaves it open.
    pub fn has_local_disk(&self) -> Option<bool> {
        if self.features.contains('d') {
            return Some(true);
        }
        match (self.family.as_str(), self.version) {
            ("D" | "E", 4..) | ("F", 6..) => Some(false),
            ("D" | "E" | "B" | "F" | "A" | "M" | "G", 1..=3) => {
                // B v2 and A v2 differ: the burstable v2 sizes have none, the A v2 sizes have one.
                Some(!(self.family == "B" && self.version >= 2))
            }
            _ => None,
        }
    }

    /// Whether the size takes premium disks: the letter s.
    pub fn has_premium_disks(&self) -> bool {
        self.features.contains('s')
    }

    /// Family, features, accelerator and version: what sizes of one series have in common.
    pub fn series(&self) -> (&str, &str, Option<&str>, u32) {
        (
            &self.family,
            &self.features,
            self.accelerator.as_deref(),
            self.version,
        )
    }
}

fn version(part: &str) -> Option<u32> {
    let rest = part.strip_prefix(['v', 'V'])?;
    rest.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| rest.parse().ok())
        .flatten()
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::{Architecture, VmSize};

    fn size(name: &str) -> VmSize {
        VmSize::parse(name).unwrap_or_else(|| panic!("{name} is a size"))
    }

    #[test]
    fn parts_of_names() {
        for (name, family, vcpus, features, accelerator, version) in [
            ("Standard_D8ds_v5", "D", 8, "ds", None, 5),
            ("Standard_DS2_v2", "D", 2, "s", None, 2),
            ("Standard_DS3_v2_Promo", "D", 3, "s", None, 2),
            ("Standard_D2pds_v6", "D", 2, "pds", None, 6),
            ("Standard_E20-10ads_v5", "E", 10, "ads", None, 5),
            ("Standard_M64-32ms", "M", 32, "ms", None, 1),
            ("Standard_B2ms", "B", 2, "ms", None, 1),
            ("Standard_B2ps_v2", "B", 2, "ps", None, 2),
            ("Standard_A2_v2", "A", 2, "", None, 2),
            ("Standard_F16s_v2", "F", 16, "s", None, 2),
            ("Standard_NC24ads_A100_v4", "NC", 24, "ads", Some("A100"), 4),
            ("Standard_NC4as_T4_v3", "NC", 4, "as", Some("T4"), 3),
            ("Standard_NC40ads_H100_v5", "NC", 40, "ads", Some("H100"), 5),
            ("Standard_ND96asr_v4", "ND", 96, "asr", None, 4),
            (
                "Standard_NCC40ads_H100_v5",
                "NCC",
                40,
                "ads",
                Some("H100"),
                5,
            ),
            ("Standard_DC4as_v5", "DC", 4, "as", None, 5),
            ("Standard_EC8ads_v5", "EC", 8, "ads", None, 5),
            ("Standard_HB120rs_v3", "HB", 120, "rs", None, 3),
            ("Standard_L8s_v3", "L", 8, "s", None, 3),
            ("standard_d4s_V3", "D", 4, "s", None, 3),
            ("Basic_A1", "A", 1, "", None, 1),
        ] {
            let read = size(name);
            assert_eq!(
                (
                    read.family.as_str(),
                    read.vcpus,
                    read.features.as_str(),
                    read.accelerator.as_deref(),
                    read.version
                ),
                (family, vcpus, features, accelerator, version),
                "{name}"
            );
        }
    }

    #[test]
    fn other_text_is_no_size() {
        for text in [
            "",
            "Standard",
            "Standard_",
            "Standard_D",
            "D8ds_v5",
            "Standard_8D",
            "Standard_D8-",
            "Standard_D8ds_v5-x",
            "[parameters('size')]",
        ] {
            assert_eq!(VmSize::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arm_has_the_letter_p_after_the_number() {
        for name in [
            "Standard_D4ps_v5",
            "Standard_D4plds_v5",
            "Standard_E8pds_v6",
            "Standard_B2pts_v2",
        ] {
            assert_eq!(size(name).architecture(), Architecture::Arm64, "{name}");
        }
        for name in [
            "Standard_D4as_v5",
            "Standard_NP10s",
            "Standard_F8s_v2",
            "Standard_DS2_v2_Promo",
        ] {
            assert_eq!(size(name).architecture(), Architecture::X64, "{name}");
        }
    }

    #[test]
    fn confidential_families() {
        for (name, confidential) in [
            ("Standard_DC4as_v5", Some(true)),
            ("Standard_EC8ads_v5", Some(true)),
            ("Standard_NCC40ads_H100_v5", Some(true)),
            ("Standard_DC2s_v3", None),
            ("Standard_DC4as_cc_v5", None),
            ("Standard_D4as_v5", Some(false)),
            ("Standard_NC4as_T4_v3", Some(false)),
        ] {
            assert_eq!(size(name).is_confidential(), confidential, "{name}");
        }
    }

    #[test]
    fn local_disks() {
        for (name, disk) in [
            ("Standard_D4ds_v5", Some(true)),
            ("Standard_D4s_v5", Some(false)),
            ("Standard_D4s_v3", Some(true)),
            ("Standard_DS2_v2", Some(true)),
            ("Standard_E8as_v4", Some(false)),
            ("Standard_B2s_v2", Some(false)),
            ("Standard_B2ms", Some(true)),
            ("Standard_HB120rs_v3", None),
        ] {
            assert_eq!(size(name).has_local_disk(), disk, "{name}");
        }
    }
}
