//! Dates and ISO 8601 durations to dates, epoch seconds and formatted text, as .NET's invariant culture does.

use super::date_format::format_date;
use super::date_parse::parse_date;

/// 100 nanoseconds.
pub(super) const TICKS_PER_SECOND: i64 = 10_000_000;
pub(super) const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;

/// Seconds from the year 1 to 1970.
const EPOCH_SECONDS: i64 = 62_135_596_800;
/// The year 9999 ends before this tick.
const END: i64 = 3_652_059 * TICKS_PER_DAY;

/// Seconds of the days, months and years in a duration.
const DAY: i64 = 86_400;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

const DEFAULT_FORMAT: &str = "yyyy-MM-ddTHH:mm:ssZ";

/// A wall clock with its offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Ticks of the wall clock since the year 1.
    pub(super) clock: i64,
    /// Minutes that the clock is ahead of UTC.
    pub(super) offset: i64,
}

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Moment {
    /// None outside of the years 1 to 9999, for the clock as for UTC.
    pub(super) fn new(clock: i64, offset: i64) -> Option<Self> {
        let moment = Self { clock, offset };
        let legal = 0..END;
        (legal.contains(&clock) && legal.contains(&moment.utc())).then_some(moment)
    }

    /// Ticks of the clock in UTC.
    pub(super) fn utc(self) -> i64 {
        self.clock - self.offset * TICKS_PER_MINUTE
    }
}

impl Date {
    /// None if there is no such day.
    pub(super) fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let legal = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        legal.then_some(Self { year, month, day })
    }

    /// Days since the first of January of the year 1.
    pub(super) fn number(self) -> i64 {
        let before = self.year - 1;
        let months: i64 = (1..self.month).map(|m| days_in_month(self.year, m)).sum();
        before * 365 + before / 4 - before / 100 + before / 400 + months + self.day - 1
    }

    pub(super) fn from_number(number: i64) -> Self {
        // A first guess at the year is never late and at most one early.
        let mut year = number * 400 / 146_097 + 1;
        let start = |year| {
            Self {
                year,
                month: 1,
                day: 1,
            }
            .number()
        };
        while start(year) > number {
            year -= 1;
        }
        while start(year + 1) <= number {
            year += 1;
        }
        let mut day = number - start(year);
        let mut month = 1;
        while day >= days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        Self {
            year,
            month,
            day: day + 1,
        }
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `dateTimeAdd`: the clock keeps the offset of its input.
pub fn date_time_add(date: &str, duration: &str, format: Option<&str>) -> Result<String, String> {
    let start = parse(date)?;
    let ticks = parse_duration(duration)
        .ok_or_else(|| format!("'{duration}' is not an ISO 8601 duration"))?;
    let moment = start
        .clock
        .checked_add(ticks)
        .and_then(|clock| Moment::new(clock, start.offset))
        .ok_or_else(|| format!("'{date}' plus '{duration}' lies outside of the years 1 to 9999"))?;
    format_date(moment, format.unwrap_or(DEFAULT_FORMAT))
}

/// `dateTimeToEpoch`: whole seconds since 1970.
pub fn date_time_to_epoch(date: &str) -> Result<i64, String> {
    Ok(parse(date)?.utc().div_euclid(TICKS_PER_SECOND) - EPOCH_SECONDS)
}

/// `dateTimeFromEpoch`.
pub fn date_time_from_epoch(seconds: i64) -> Result<String, String> {
    from_epoch(seconds, DEFAULT_FORMAT)
}

pub(super) fn from_epoch(seconds: i64, format: &str) -> Result<String, String> {
    let moment = seconds
        .checked_add(EPOCH_SECONDS)
        .and_then(|seconds| seconds.checked_mul(TICKS_PER_SECOND))
        .and_then(|clock| Moment::new(clock, 0))
        .ok_or_else(|| format!("{seconds} seconds lie outside of the years 1 to 9999"))?;
    format_date(moment, format)
}

fn parse(date: &str) -> Result<Moment, String> {
    parse_date(date).ok_or_else(|| format!("'{date}' is not a date and time"))
}

/// Ticks of a duration. A year has 365 days and a month 30: there is no calendar in it.
fn parse_duration(text: &str) -> Option<i64> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let text = text.strip_prefix('P')?;
    let (days, time) = match text.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (text, None),
    };
    if days.is_empty() && time.is_none() || time == Some("") {
        return None;
    }
    let days = sum_of(days, &[('Y', YEAR), ('M', MONTH), ('D', DAY)])?;
    let time = sum_of(time.unwrap_or(""), &[('H', 3600), ('M', 60), ('S', 1)])?;
    days.checked_add(time)?.checked_mul(sign)
}

/// Ticks of components in this order, each at most once; only seconds may have a fraction.
fn sum_of(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum = 0_i64;
    let mut open = units.iter();
    while !text.is_empty() {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, rest) = text.split_at(end);
        let (unit, seconds) = open.find(|(unit, _)| rest.starts_with(*unit))?;
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if *unit == 'S' && !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (number, ""),
        };
        let whole: i64 = whole.parse::<i32>().ok()?.into();
        // Twelve months are a year, not twelve times thirty days.
        let seconds = match *seconds {
            MONTH => whole / 12 * YEAR + whole % 12 * MONTH,
            seconds => whole.checked_mul(seconds)?,
        };
        let ticks = seconds
            .checked_mul(TICKS_PER_SECOND)?
            .checked_add(fraction_ticks(fraction)?)?;
        sum = sum.checked_add(ticks)?;
        text = rest.strip_prefix(*unit)?;
    }
    Some(sum)
}

/// Ticks of the digits after a decimal point; further ones are cut.
fn fraction_ticks(digits: &str) -> Option<i64> {
    let kept: String = digits.chars().chain("0000000".chars()).take(7).collect();
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| kept.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_numbers() {
        for number in [
            0, 58, 59, 364, 365, 1460, 1461, 36_523, 146_096, 146_097, 730_178, 3_652_058,
        ] {
            assert_eq!(Date::from_number(number).number(), number);
        }
        let leap = Date::new(2024, 2, 29).unwrap();
        assert_eq!(Date::from_number(leap.number()), leap);
        assert_eq!(Date::new(2023, 2, 29), None);
        assert_eq!(Date::new(1900, 2, 29), None);
    }

    #[test]
    fn durations_have_no_calendar() {
        for (date, duration, expected) in [
            ("2020-01-01T00:00:00Z", "P1Y", "2020-12-31T00:00:00Z"),
            ("2020-01-31T00:00:00Z", "P1M", "2020-03-01T00:00:00Z"),
            ("2020-01-01T00:00:00Z", "P13M", "2021-01-30T00:00:00Z"),
            (
                "2020-01-01T00:00:00Z",
                "P1Y2M3DT4H5M6S",
                "2021-03-04T04:05:06Z",
            ),
            ("2020-01-01T00:00:00Z", "-P1DT1H", "2019-12-30T23:00:00Z"),
            ("2020-01-01T00:00:00Z", "PT1.5S", "2020-01-01T00:00:01Z"),
            ("2020-01-01T00:00:00+02:00", "PT0S", "2020-01-01T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "P3Y", "0004-01-01T00:00:00Z"),
        ] {
            assert_eq!(date_time_add(date, duration, None).as_deref(), Ok(expected));
        }
        for duration in [
            "P",
            "PT",
            "-",
            "",
            "P1DT",
            "P1W",
            "P1.5D",
            "PT1.S",
            "PT.5S",
            "+P1D",
            "P-1D",
            "1D",
            "P1H",
            "p1d",
            "P1D1Y",
            "PT1S1M",
            "P9000Y",
            "P99999999999999999999D",
            "P1YX",
            "P1",
        ] {
            assert!(
                date_time_add("2020-01-01T00:00:00Z", duration, None).is_err(),
                "{duration}"
            );
        }
    }

    #[test]
    fn epochs_go_both_ways() {
        for (date, seconds) in [
            ("2023-05-02T15:16:13Z", 1_683_040_573),
            ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(date_time_to_epoch(date), Ok(seconds));
            assert_eq!(date_time_from_epoch(seconds).as_deref(), Ok(date));
        }
        assert_eq!(
            date_time_to_epoch("2023-05-02T15:16:13.999+02:00"),
            Ok(1_683_033_373)
        );
        for seconds in [253_402_300_800, -62_135_596_801, i64::MAX, i64::MIN] {
            assert!(date_time_from_epoch(seconds).is_err());
        }
    }
}
