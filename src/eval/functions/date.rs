//! Dates as .NET reads, adds and prints them in the invariant culture.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Allowed, Call, Failure, Function, INT, Outcome, Partial, Run, STRING, function, plain};
use crate::eval::value::{Data, Reason};

pub(super) const FUNCTIONS: &[Function] = &[
    function("dateTimeAdd", (2, 3), &[STRING], Run::Strict(date_time_add)),
    function("dateTimeToEpoch", (1, 1), &[STRING], Run::Strict(to_epoch)),
    function("dateTimeFromEpoch", (1, 1), &[STRING | INT], Run::Strict(from_epoch)),
    Function {
        allowed: Allowed::ParameterDefaults,
        ..function("utcNow", (0, 1), &[STRING], Run::Open(clock))
    },
    Function {
        allowed: Allowed::ParameterDefaults,
        ..function("newGuid", (0, 0), &[], Run::Open(clock))
    },
];

/// Units of 100 nanoseconds.
const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// One past the last moment of the year 9999.
const END: i64 = 3_652_059 * DAY;
/// 1970-01-01 in seconds since the year 1.
const EPOCH: i64 = 719_162 * 86_400;

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];
const DAYS: [&str; 7] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
];

/// A wall clock with its offset, as .NET's `DateTimeOffset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    /// Units since the year 1 on the wall clock.
    ticks: i64,
    /// Minutes east of UTC.
    offset: i64,
}

/// What is open because it depends on when it is deployed.
#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn clock(call: &Call<'_>) -> Partial {
    let reason = Reason::Clock(Arc::clone(call.name));
    Ok(Some(call.open_because(call.residual(), reason, false)))
}

/// Days since 0001-01-01 of a date of the Gregorian calendar; none if there is no such date.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = usize::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    if !(1..=9999).contains(&year) || !(1..=lengths[month - 1]).contains(&day) {
        return None;
    }
    let before = year - 1;
    let in_year: i64 = lengths[..month - 1].iter().sum();
    Some(before * 365 + before / 4 - before / 100 + before / 400 + in_year + day - 1)
}

/// Year, month and day.
fn date_of(mut days_left: i64) -> (i64, i64, i64) {
    let mut year = days_left / 366 + 1;
    while days(year + 1, 1, 1).is_some_and(|first| first <= days_left) {
        year += 1;
    }
    days_left -= days(year, 1, 1).unwrap_or(0);
    let mut month = 1;
    while let (Some(next), Some(first)) = (days(year, month + 1, 1), days(year, 1, 1)) {
        if next - first > days_left {
            break;
        }
        month += 1;
    }
    let first = days(year, month, 1).unwrap_or(0) - days(year, 1, 1).unwrap_or(0);
    (year, month, days_left - first + 1)
}

/// Reads text from the front.
struct Scanner<'t> {
    rest: &'t str,
}

impl<'t> Scanner<'t> {
    fn blanks(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let any = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        any
    }

    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Digits, between `min` and `max` of them.
    fn number(&mut self, min: usize, max: usize) -> Option<i64> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(min..=max).contains(&length) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        digits.parse().ok()
    }

    fn word(&mut self) -> &'t str {
        let length = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        word
    }

    fn month_name(&mut self) -> Option<i64> {
        let word = self.word();
        let at = MONTHS.iter().position(|month| {
            word.eq_ignore_ascii_case(month) || word.eq_ignore_ascii_case(&month[..3])
        })?;
        self.take(".");
        i64::try_from(at + 1).ok()
    }

    /// `HH:mm[:ss[.f]] [AM|PM]` as units.
    fn clock(&mut self) -> Option<i64> {
        let mut hour = self.number(1, 2)?;
        if !self.take(":") {
            return None;
        }
        let minute = self.number(1, 2)?;
        let second = if self.take(":") { self.number(1, 2)? } else { 0 };
        let fraction = if self.take(".") { self.fraction()? } else { 0 };
        let before = self.rest;
        self.blanks();
        match self.word().to_ascii_uppercase().as_str() {
            "AM" if (1..=12).contains(&hour) => hour %= 12,
            "PM" if (1..=12).contains(&hour) => hour = hour % 12 + 12,
            _ => self.rest = before,
        }
        let valid = hour < 24 && minute < 60 && second < 60;
        valid.then_some(hour * HOUR + minute * MINUTE + second * SECOND + fraction)
    }

    fn fraction(&mut self) -> Option<i64> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        format!("{digits:0<7}").get(..7)?.parse().ok()
    }

    /// `Z`, `GMT`, `UTC` or `+hh[:mm]`; UTC without any.
    fn offset(&mut self) -> Option<i64> {
        self.blanks();
        let sign = match self.rest.bytes().next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => {
                let word = self.word();
                let utc = ["", "Z", "GMT", "UTC"].iter().any(|name| word.eq_ignore_ascii_case(name));
                return utc.then_some(0);
            }
        };
        self.rest = self.rest.get(1..)?;
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (hours, minutes) = if digits == 4 {
            let both = self.number(4, 4)?;
            (both / 100, both % 100)
        } else {
            let hours = self.number(1, 2)?;
            (hours, if self.take(":") { self.number(2, 2)? } else { 0 })
        };
        let offset = hours * 60 + minutes;
        (offset <= 14 * 60 && minutes < 60).then_some(sign * offset)
    }
}

/// `20200407T145314Z`.
fn parse_compact(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once('T')?;
    let time = time.strip_suffix('Z')?;
    if date.len() != 8 || time.len() != 6 || !text.is_ascii() {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let day = days(part(date, 0, 4)?, part(date, 4, 6)?, part(date, 6, 8)?)?;
    let (hour, minute, second) = (part(time, 0, 2)?, part(time, 2, 4)?, part(time, 4, 6)?);
    (hour < 24 && minute < 60 && second < 60).then_some(Moment {
        ticks: day * DAY + hour * HOUR + minute * MINUTE + second * SECOND,
        offset: 0,
    })
}

/// A date in one of the forms that .NET accepts, without its time.
fn parse_date(scanner: &mut Scanner<'_>) -> Option<i64> {
    let starts_with_letter = scanner.rest.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_with_letter {
        let before = scanner.rest;
        let word = scanner.word();
        let is_day = DAYS.iter().any(|day| {
            word.eq_ignore_ascii_case(day) || word.eq_ignore_ascii_case(&day[..3])
        });
        if is_day {
            scanner.take(",");
            scanner.blanks();
        } else {
            scanner.rest = before;
        }
    }
    if scanner.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        // April 7, 2020
        let month = scanner.month_name()?;
        scanner.blanks();
        let day = scanner.number(1, 2)?;
        scanner.take(",");
        scanner.blanks();
        return days(scanner.number(4, 4)?, month, day);
    }
    let digits = scanner.rest.bytes().take_while(u8::is_ascii_digit).count();
    let first = scanner.number(1, 4)?;
    for separator in ["-", "/", "."] {
        if !scanner.take(separator) {
            continue;
        }
        if digits == 4 {
            // 2020-04-07, 2020-04
            let month = scanner.number(1, 2)?;
            let day = if scanner.take(separator) { scanner.number(1, 2)? } else { 1 };
            return days(first, month, day);
        }
        if let Some(second) = scanner.number(1, 2) {
            // 4/7/2020
            return scanner.take(separator).then(|| scanner.number(4, 4)).flatten().and_then(|year| days(year, first, second));
        }
        // 7-Apr-2020
        let month = scanner.month_name()?;
        return scanner.take(separator).then(|| scanner.number(4, 4)).flatten().and_then(|year| days(year, month, first));
    }
    // 7 Apr 2020
    scanner.blanks();
    let month = scanner.month_name()?;
    scanner.take(",");
    scanner.blanks();
    days(scanner.number(4, 4)?, month, first)
}

fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Some(moment) = parse_compact(text) {
        return Some(moment);
    }
    let mut scanner = Scanner { rest: text };
    let day = parse_date(&mut scanner)?;
    let mut time = 0;
    let apart = scanner.blanks() | scanner.take("T") | scanner.take("t");
    if apart && scanner.rest.starts_with(|c: char| c.is_ascii_digit()) {
        time = scanner.clock()?;
    }
    let offset = scanner.offset()?;
    scanner.blanks();
    let utc = day * DAY + time - offset * MINUTE;
    (scanner.rest.is_empty() && (0..END).contains(&utc)).then_some(Moment {
        ticks: day * DAY + time,
        offset,
    })
}

/// An ISO 8601 duration in units: a year is 365 days, a month 30.
fn parse_duration(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let date_units = [('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)];
    let time_units = [('H', HOUR), ('M', MINUTE), ('S', SECOND)];
    let mut total = duration_parts(date, &date_units)?;
    match time {
        Some("") => return None,
        Some(time) => total = total.checked_add(duration_parts(time, &time_units)?)?,
        None if date.is_empty() => return None,
        None => {}
    }
    Some(sign * total)
}

fn duration_parts(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    for (letter, unit) in units {
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let (digits, after) = rest.split_at(length);
        let Some(after) = after.strip_prefix(*letter) else {
            continue;
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        if digits.contains('.') && *letter != 'S' {
            return None;
        }
        total = total.checked_add(whole.parse::<i64>().ok()?.checked_mul(*unit)?)?;
        let fraction: i64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
        total = total.checked_add(fraction)?;
        rest = after;
    }
    rest.is_empty().then_some(total)
}

fn date_time_add(call: &Call<'_>) -> Outcome {
    let moment = moment(call)?;
    let duration = call.text(1)?;
    let Some(duration) = parse_duration(duration) else {
        return Err(call.fail(1, format!("'{duration}' is not an ISO 8601 duration such as P1D")));
    };
    let sum = moment.ticks.checked_add(duration);
    let in_range = |ticks: &i64| (0..END).contains(&(ticks - moment.offset * MINUTE)) && (0..END).contains(ticks);
    let Some(ticks) = sum.filter(in_range) else {
        return Err(call.fail(1, "the date is outside of the years 1 to 9999"));
    };
    let moment = Moment { ticks, ..moment };
    match call.arg(2) {
        // The wall clock of the input's offset, whatever it is.
        None => call.made(custom(&moment, "yyyy-MM-ddTHH:mm:ssZ").unwrap_or_default()),
        Some(_) => {
            let format = call.text(2)?;
            match print(&moment, format) {
                Some(text) => call.made(text),
                None => Err(call.fail(2, format!("'{format}' is not a date format"))),
            }
        }
    }
}

fn moment(call: &Call<'_>) -> Result<Moment, Failure> {
    let text = call.text(0)?;
    parse(text).ok_or_else(|| call.fail(0, format!("'{text}' is not a date")))
}

fn to_epoch(call: &Call<'_>) -> Outcome {
    let moment = moment(call)?;
    let seconds = (moment.ticks - moment.offset * MINUTE).div_euclid(SECOND) - EPOCH;
    Ok(plain(Data::Int(seconds)))
}

fn from_epoch(call: &Call<'_>) -> Outcome {
    let seconds = match call.arg(0).and_then(|arg| arg.as_text()) {
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| call.fail(0, format!("'{text}' is not an integer")))?,
        None => call.int(0)?,
    };
    let ticks = seconds
        .checked_add(EPOCH)
        .and_then(|seconds: i64| seconds.checked_mul(SECOND))
        .filter(|ticks| (0..END).contains(ticks));
    match ticks {
        Some(ticks) => call.made(custom(&Moment { ticks, offset: 0 }, "yyyy-MM-ddTHH:mm:ssZ").unwrap_or_default()),
        None => Err(call.fail(0, "the date is outside of the years 1 to 9999")),
    }
}

/// `MM/dd/yyyy HH:mm:ss` of milliseconds since 1970.
pub(super) fn from_epoch_milliseconds(milliseconds: i64) -> Option<String> {
    let ticks = milliseconds.checked_mul(SECOND / 1000)?.checked_add(EPOCH * SECOND)?;
    let moment = Moment { ticks, offset: 0 };
    (0..END).contains(&ticks).then(|| custom(&moment, "MM/dd/yyyy HH:mm:ss")).flatten()
}

/// A standard or custom format string.
fn print(moment: &Moment, format: &str) -> Option<String> {
    let utc = Moment {
        ticks: moment.ticks - moment.offset * MINUTE,
        offset: 0,
    };
    let (moment, pattern) = match format {
        "" => (moment, "MM/dd/yyyy HH:mm:ss zzz"),
        "d" => (moment, "MM/dd/yyyy"),
        "D" => (moment, "dddd, dd MMMM yyyy"),
        "f" => (moment, "dddd, dd MMMM yyyy HH:mm"),
        "F" => (moment, "dddd, dd MMMM yyyy HH:mm:ss"),
        "g" => (moment, "MM/dd/yyyy HH:mm"),
        "G" => (moment, "MM/dd/yyyy HH:mm:ss"),
        "m" | "M" => (moment, "MMMM dd"),
        "o" | "O" => (moment, "yyyy-MM-ddTHH:mm:ss.fffffffzzz"),
        "r" | "R" => (&utc, "ddd, dd MMM yyyy HH:mm:ss 'GMT'"),
        "s" => (moment, "yyyy-MM-ddTHH:mm:ss"),
        "t" => (moment, "HH:mm"),
        "T" => (moment, "HH:mm:ss"),
        "u" => (&utc, "yyyy-MM-dd HH:mm:ss'Z'"),
        "y" | "Y" => (moment, "yyyy MMMM"),
        format if format.chars().count() == 1 => return None,
        format => (moment, format),
    };
    custom(moment, pattern)
}

fn custom(moment: &Moment, pattern: &str) -> Option<String> {
    let (year, month, day) = date_of(moment.ticks / DAY);
    let time = moment.ticks % DAY;
    let (hour, minute, second) = (time / HOUR, time / MINUTE % 60, time / SECOND % 60);
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let run = rest.chars().take_while(|next| *next == c).count();
        let mut length = run * c.len_utf8();
        match c {
            'y' if run <= 2 => write!(out, "{:0run$}", year % 100).ok()?,
            'y' => write!(out, "{year:0run$}").ok()?,
            'M' if run <= 2 => write!(out, "{month:0run$}").ok()?,
            'M' => out.push_str(name(&MONTHS, month - 1, run)),
            'd' if run <= 2 => write!(out, "{day:0run$}").ok()?,
            'd' => out.push_str(name(&DAYS, (moment.ticks / DAY + 1) % 7, run)),
            'h' => write!(out, "{:0w$}", (hour + 11) % 12 + 1, w = run.min(2)).ok()?,
            'H' => write!(out, "{hour:0w$}", w = run.min(2)).ok()?,
            'm' => write!(out, "{minute:0w$}", w = run.min(2)).ok()?,
            's' => write!(out, "{second:0w$}", w = run.min(2)).ok()?,
            'f' | 'F' => fraction(&mut out, time % SECOND, c, run)?,
            't' => out.push_str(&(if hour < 12 { "AM" } else { "PM" })[..run.min(2)]),
            'z' => out.push_str(&offset(moment.offset, run)),
            'K' => {
                length = 1;
                out.push_str(&offset(moment.offset, 3));
            }
            'g' => out.push_str("A.D."),
            '\'' | '"' => {
                let inner = rest.get(1..)?;
                let end = inner.find(c)?;
                out.push_str(&inner[..end]);
                length = end + 2;
            }
            '\\' => {
                let escaped = rest.chars().nth(1)?;
                out.push(escaped);
                length = 1 + escaped.len_utf8();
            }
            '%' => {
                let next = rest.chars().nth(1).filter(|next| *next != '%')?;
                length = 1 + next.len_utf8();
                out.push_str(&custom(moment, rest.get(1..length)?)?);
            }
            c => {
                out.push(c);
                length = c.len_utf8();
            }
        }
        rest = rest.get(length..)?;
    }
    Some(out)
}

fn name(names: &[&'static str], at: i64, run: usize) -> &'static str {
    let name = usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("");
    if run == 3 { name.get(..3).unwrap_or(name) } else { name }
}

/// `fff` keeps zeros, `FFF` drops them at the end and a point that stood before them.
fn fraction(out: &mut String, units: i64, letter: char, run: usize) -> Option<()> {
    let all = format!("{units:07}");
    let digits = all.get(..run)?;
    if letter == 'f' {
        out.push_str(digits);
        return Some(());
    }
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() && out.ends_with('.') {
        out.pop();
    }
    out.push_str(kept);
    Some(())
}

fn offset(minutes: i64, run: usize) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match run {
        1 => format!("{sign}{hours}"),
        2 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}:{rest:02}"),
    }
}
