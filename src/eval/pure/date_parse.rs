//! Text to a date with its offset: the forms that .NET's invariant culture reads, of which ISO 8601 is one.
//! Forms that need today's date (a time alone, a day without its year) are not read: the clock is unknown.

use super::date::{Date, Moment, TICKS_PER_DAY, TICKS_PER_SECOND};
use super::date_format::{DAYS, MONTHS};

/// Two-digit years up to this one are in the 21st century.
const LAST_SHORT_YEAR: i64 = 49;

/// None if it is no date. A date without an offset is in UTC.
pub(super) fn parse_date(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Some(moment) = parse_compact(text) {
        return Some(moment);
    }
    let mut found = Found::default();
    let mut rest = text;
    while !rest.is_empty() {
        rest = found.step(rest)?;
    }
    found.moment()
}

/// `20200407T145314Z`.
fn parse_compact(text: &str) -> Option<Moment> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || time.len() != 6 || !digits(date) || !digits(time) {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let day = Date::new(part(date, 0, 4)?, part(date, 4, 6)?, part(date, 6, 8)?)?;
    let time = Time {
        hour: part(time, 0, 2)?,
        minute: part(time, 2, 4)?,
        second: part(time, 4, 6)?,
        ticks: 0,
    };
    Moment::new(day.number() * TICKS_PER_DAY + time.in_day(None)?, 0)
}

/// What was met so far.
#[derive(Default)]
struct Found {
    /// Numbers of the date with their number of digits.
    numbers: Vec<(i64, usize)>,
    month: Option<i64>,
    weekday: Option<i64>,
    time: Option<Time>,
    afternoon: Option<bool>,
    /// Minutes from UTC.
    offset: Option<i64>,
}

struct Time {
    hour: i64,
    minute: i64,
    second: i64,
    /// Of the second.
    ticks: i64,
}

impl Found {
    /// Reads one piece from the start of the text and gives the rest; None if nothing fits.
    fn step<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let first = text.chars().next()?;
        if first.is_ascii_digit() {
            return self.number(text);
        }
        if first.is_alphabetic() {
            let end = text
                .find(|c: char| !c.is_alphabetic())
                .unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            return self.word(word, rest);
        }
        let rest = text.get(first.len_utf8()..)?;
        match first {
            '+' | '-' if self.time.is_some() => self.offset(first, rest),
            // Separators of the date; not at its end.
            '-' | '/' | '.' if !self.numbers.is_empty() || self.month.is_some() => {
                let follows = rest.starts_with(|c: char| c.is_alphanumeric());
                follows.then_some(rest)
            }
            ',' => Some(rest),
            _ if first.is_whitespace() => Some(rest),
            _ => None,
        }
    }

    /// A number of the date, or a time if a colon follows.
    fn number<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (value, length, rest) = digits(text)?;
        if let Some(after) = rest.strip_prefix(':') {
            return self.clock(value, length, after);
        }
        if self.numbers.len() >= 3 || length > 4 {
            return None;
        }
        self.numbers.push((value, length));
        Some(rest)
    }

    /// Minutes, seconds and fraction after the hour.
    fn clock<'t>(&mut self, hour: i64, length: usize, text: &'t str) -> Option<&'t str> {
        let (minute, minute_length, mut rest) = digits(text)?;
        let mut time = Time {
            hour,
            minute,
            second: 0,
            ticks: 0,
        };
        let mut longest = length.max(minute_length);
        if let Some(after) = rest.strip_prefix(':') {
            let (second, second_length, after) = digits(after)?;
            time.second = second;
            longest = longest.max(second_length);
            rest = after;
            if let Some(fraction) = after.strip_prefix('.') {
                let end = fraction
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(fraction.len());
                let (fraction, after) = fraction.split_at(end);
                time.ticks = fraction_ticks(fraction)?;
                rest = after;
            }
        }
        let legal = self.time.is_none() && longest <= 2 && time.minute < 60 && time.second < 60;
        legal.then(|| {
            self.time = Some(time);
            rest
        })
    }

    /// `hh:mm`, `hhmm` or `hh` after the sign.
    fn offset<'t>(&mut self, sign: char, text: &'t str) -> Option<&'t str> {
        let (value, length, mut rest) = digits(text)?;
        let (hours, minutes) = match length {
            1 | 2 => match rest.strip_prefix(':') {
                Some(after) => {
                    let (minutes, 2, after) = digits(after)? else {
                        return None;
                    };
                    rest = after;
                    (value, minutes)
                }
                None => (value, 0),
            },
            4 => (value / 100, value % 100),
            _ => return None,
        };
        let offset = hours * 60 + minutes;
        if self.offset.is_some() || minutes >= 60 || offset > 14 * 60 {
            return None;
        }
        self.offset = Some(if sign == '-' { -offset } else { offset });
        Some(rest)
    }

    fn word<'t>(&mut self, word: &str, rest: &'t str) -> Option<&'t str> {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        if is("T") && !self.numbers.is_empty() && self.time.is_none() {
            // Between date and time only.
            return rest
                .starts_with(|c: char| c.is_ascii_digit())
                .then_some(rest);
        }
        if (is("Z") || is("GMT") || is("UTC")) && self.offset.is_none() {
            self.offset = Some(0);
            return Some(rest);
        }
        if (is("AM") || is("PM")) && self.afternoon.is_none() && self.time.is_some() {
            self.afternoon = Some(is("PM"));
            return Some(rest);
        }
        if let (Some(month), None) = (place_of(word, &MONTHS), self.month) {
            self.month = Some(month + 1);
            return Some(rest);
        }
        if let (Some(weekday), None) = (place_of(word, &DAYS), self.weekday) {
            self.weekday = Some(weekday);
            return Some(rest);
        }
        None
    }

    fn moment(self) -> Option<Moment> {
        let day = self.day()?.number();
        // The first day of the calendar is a Monday.
        if self
            .weekday
            .is_some_and(|weekday| weekday != (day + 1).rem_euclid(7))
        {
            return None;
        }
        let in_day = match &self.time {
            Some(time) => time.in_day(self.afternoon)?,
            None => 0,
        };
        Moment::new(day * TICKS_PER_DAY + in_day, self.offset.unwrap_or(0))
    }

    /// Year first if it has more than two digits, else month, day and year as in the United States.
    fn day(&self) -> Option<Date> {
        let is_year = |&(value, length): &(i64, usize)| length > 2 || value > 31;
        match (self.month, self.numbers.as_slice()) {
            (None, [year, month, day]) if is_year(year) => {
                Date::new(full_year(*year), month.0, day.0)
            }
            (None, [month, day, year]) => Date::new(full_year(*year), month.0, day.0),
            (None, [year, month] | [month, year]) if is_year(year) => {
                Date::new(full_year(*year), month.0, 1)
            }
            (Some(month), [year, day]) if is_year(year) => {
                Date::new(full_year(*year), month, day.0)
            }
            (Some(month), [day, year]) => Date::new(full_year(*year), month, day.0),
            (Some(month), [year]) if is_year(year) => Date::new(full_year(*year), month, 1),
            _ => None,
        }
    }
}

impl Time {
    /// Ticks since midnight; None if there is no such time.
    fn in_day(&self, afternoon: Option<bool>) -> Option<i64> {
        let hour = match (afternoon, self.hour) {
            (None, hour @ 0..=23) => hour,
            (Some(afternoon), hour @ 0..=12) => hour % 12 + if afternoon { 12 } else { 0 },
            _ => return None,
        };
        let legal = (0..60).contains(&self.minute) && (0..60).contains(&self.second);
        let seconds = hour * 3600 + self.minute * 60 + self.second;
        legal.then_some(seconds * TICKS_PER_SECOND + self.ticks)
    }
}

/// Leading digits: their value, how many, and the rest. More than nine are no part of a date.
fn digits(text: &str) -> Option<(i64, usize, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let value = digits.parse().ok().filter(|_| end <= 9)?;
    Some((value, end, rest))
}

/// Ticks of the digits after a point, rounded.
fn fraction_ticks(digits: &str) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    let kept: String = digits.chars().chain("0000000".chars()).take(7).collect();
    let round_up = digits.as_bytes().get(7).is_some_and(|digit| *digit >= b'5');
    Some(kept.parse::<i64>().ok()? + i64::from(round_up))
}

/// Where a name stands in a list, written out or with its first three letters.
fn place_of(word: &str, names: &[&str]) -> Option<i64> {
    let place = names.iter().position(|name| {
        let short = name.get(..3).unwrap_or(name);
        word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(short)
    });
    i64::try_from(place?).ok()
}

fn full_year((value, length): (i64, usize)) -> i64 {
    if length > 2 {
        value
    } else if value <= LAST_SHORT_YEAR {
        2000 + value
    } else {
        1900 + value
    }
}

#[cfg(test)]
mod tests {
    use super::super::date::date_time_add;

    fn read(text: &str) -> Option<String> {
        date_time_add(text, "PT0S", Some("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz")).ok()
    }

    #[test]
    fn many_forms_are_dates() {
        for (text, expected) in [
            ("2020-04-07 14:53:14Z", "2020-04-07T14:53:14+00:00"),
            (
                "2020-04-07T14:53:14.1234567Z",
                "2020-04-07T14:53:14.1234567+00:00",
            ),
            ("2020-04-07T14:53:14.5+02:00", "2020-04-07T14:53:14.5+02:00"),
            ("2020-04-07T14:53:14-0530", "2020-04-07T14:53:14-05:30"),
            ("2020-04-07T14:53Z", "2020-04-07T14:53:00+00:00"),
            (" 2020-04-07 ", "2020-04-07T00:00:00+00:00"),
            ("20200407T145314Z", "2020-04-07T14:53:14+00:00"),
            ("2020-04", "2020-04-01T00:00:00+00:00"),
            ("04/07/2020 14:53:14", "2020-04-07T14:53:14+00:00"),
            ("4/7/2020 2:53:14 PM", "2020-04-07T14:53:14+00:00"),
            ("4/7/2020 12:00 AM", "2020-04-07T00:00:00+00:00"),
            ("Tue, 07 Apr 2020 14:53:14 GMT", "2020-04-07T14:53:14+00:00"),
            ("April 7, 2020", "2020-04-07T00:00:00+00:00"),
            ("7 Apr 2020 14:53", "2020-04-07T14:53:00+00:00"),
            ("04/2020", "2020-04-01T00:00:00+00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "x",
            "20200407",
            "2020",
            "13/04/2020",
            "2020-02-30T00:00:00Z",
            "2020-04-07T24:00:00Z",
            "2020-04-07T14:60:00Z",
            "2020-04-07T14:53:14+15:00",
            "Mon, 07 Apr 2020",
            "14:53",
            "4/7",
            "2020-04-07T",
            "2020-04-07T14:53:14ZZ",
            "2020-04-07 14:53 14:53",
            "2020-04-07-",
            "4/7/2020 13:00 PM",
            "0001-01-01T00:00:00+02:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
