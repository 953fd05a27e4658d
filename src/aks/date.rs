//! Calendar days: enough to order API versions and to ask the support calendar.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day, if there is such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && day >= 1 && day <= days_in(year, month)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// The day that is this many days after 1970-01-01; the last day of 9999 for all that is later.
    pub fn after_1970(days: u64) -> Self {
        let mut days = days.min(2_932_896);
        let mut day = Self {
            year: 1970,
            month: 1,
            day: 1,
        };
        loop {
            let length = if days_in(day.year, 2) == 29 { 366 } else { 365 };
            if days < length {
                break;
            }
            days -= length;
            day.year += 1;
        }
        while days >= u64::from(days_in(day.year, day.month)) {
            days -= u64::from(days_in(day.year, day.month));
            day.month += 1;
        }
        day.day += u8::try_from(days).unwrap_or(0);
        day
    }

    /// `YYYY-MM` as its first day, or `YYYY-MM-DD`.
    pub fn first_day(text: &str) -> Option<Self> {
        text.parse()
            .ok()
            .or_else(|| format!("{text}-01").parse().ok())
    }

    /// `YYYY-MM` as its last day, or `YYYY-MM-DD`.
    pub fn last_day(text: &str) -> Option<Self> {
        text.parse().ok().or_else(|| {
            let first: Self = format!("{text}-01").parse().ok()?;
            Some(Self {
                day: days_in(first.year, first.month),
                ..first
            })
        })
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, b)| match at {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !shape {
            return Err(NotADate);
        }
        let number =
            |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u16>().ok());
        let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10))
        else {
            return Err(NotADate);
        };
        let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else {
            return Err(NotADate);
        };
        Self::new(year, month, day).ok_or(NotADate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is not a day written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day written YYYY-MM-DD")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2025-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-1-01",
            "20260101",
            "2026-01-001",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2024-02-29".parse::<Date>().is_ok());
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_781, "2026-11-24"),
        ] {
            assert_eq!(Date::after_1970(days).to_string(), text);
        }
        assert_eq!(Date::after_1970(u64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        assert_eq!(Date::last_day("2024-02").unwrap().to_string(), "2024-02-29");
        assert_eq!(Date::last_day("2026-11").unwrap().to_string(), "2026-11-30");
        assert_eq!(
            Date::last_day("2025-08-22").unwrap().to_string(),
            "2025-08-22"
        );
        assert_eq!(
            Date::first_day("2026-11").unwrap().to_string(),
            "2026-11-01"
        );
    }

    #[test]
    fn days_are_ordered() {
        assert!(Date::new(2025, 12, 31) < Date::new(2026, 1, 1));
    }
}
